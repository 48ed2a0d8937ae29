"""usage: parse.py FILE...  Says where a file is no PowerShell."""

import sys

import tree_sitter
import tree_sitter_powershell

parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
wrong = False
for file in sys.argv[1:]:
    with open(file, "rb") as script:
        nodes = [parser.parse(script.read()).root_node]
    while nodes:
        node = nodes.pop()
        nodes += node.children
        if node.is_error or node.is_missing:
            wrong = True
            print(f"{file}:{node.start_point.row + 1}: not PowerShell from here on", file=sys.stderr)
sys.exit(wrong)
