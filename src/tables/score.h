static const float score_weights[N_FEATURES]={0};
#define SCORE_BIAS 0.0f
