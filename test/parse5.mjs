// SPDX-License-Identifier: Apache-2.0
// parse5.mjs MODULE - prints trees of parse5 for test/differential.py: a JSON array [markup, context or null] a line in, a JSON string out,
// which is the tree in html5lib's format.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { parse, parseFragment, defaultTreeAdapter: adapter } = await import(pathToFileURL(process.argv[2]));
const SVG = "http://www.w3.org/2000/svg", MATHML = "http://www.w3.org/1998/Math/MathML", HTML = "http://www.w3.org/1999/xhtml";
const PREFIX = { [SVG]: "svg ", [MATHML]: "math " };

// Attribute names sort by their bytes, as in makala tree.
const byName = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function nodeLines(node, indent) {
	switch (node.nodeName) {
	case "#documentType":
		return [indent + "<!DOCTYPE " + (node.name ?? "") + (node.publicId || node.systemId ? ` "${node.publicId ?? ""}" "${node.systemId ?? ""}">` : ">")];
	case "#text":
		return [`${indent}"${node.value}"`];
	case "#comment":
		return [`${indent}<!-- ${node.data} -->`];
	}
	const attrs = node.attrs.map((a) => ({ name: a.prefix ? `${a.prefix} ${a.name}` : a.name, value: a.value })).sort(byName);
	return [`${indent}<${PREFIX[node.namespaceURI] ?? ""}${node.tagName}>`, ...attrs.map((a) => `${indent}  ${a.name}="${a.value}"`)];
}

function tree(root) {
	const lines = [], stack = root.childNodes.map((node) => [node, 0]).reverse();
	while (stack.length) {
		const [node, depth] = stack.pop();
		const indent = "| " + "  ".repeat(depth);
		if (node.nodeName === "content") {
			lines.push(indent + "content");
		} else {
			lines.push(...nodeLines(node, indent));
		}
		for (let i = (node.childNodes ?? []).length; i-- > 0;)
			stack.push([node.childNodes[i], depth + 1]);
		if (node.content)
			stack.push([{ nodeName: "content", childNodes: node.content.childNodes }, depth + 1]);
	}
	return lines.map((line) => line + "\n").join("");
}

function contextElement(context) {
	const [name, space] = context.split(" ").reverse();
	return adapter.createElement(name, { svg: SVG, math: MATHML }[space] ?? HTML, []);
}

for await (const line of createInterface({ input: process.stdin })) {
	const [markup, context] = JSON.parse(line), options = { scriptingEnabled: false };
	const root = context ? parseFragment(contextElement(context), markup, options) : parse(markup, options);
	process.stdout.write(JSON.stringify(tree(root)) + "\n");
}
