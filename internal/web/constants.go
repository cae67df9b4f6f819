package web

import (
	"html/template"
	"text/template/parse"
)

// constants are the words of templates that say the same for the same argument.
var constants = map[string]func(string) (string, error){
	"asset": Asset,
	"icon": func(name string) (string, error) {
		drawn, err := icon(name)
		return string(drawn), err
	},
}

// foldConstants writes what {{icon "x"}} and {{asset "y"}} say into the text of
// the templates, once when they are parsed: a page shows dozens of each, and a
// call from a template costs as much as a row's field. It must run before the
// first execution, which adds the escaping.
func foldConstants(page *template.Template) error {
	for _, t := range page.Templates() {
		if t.Tree != nil && t.Tree.Root != nil {
			if err := foldList(t.Tree.Root); err != nil {
				return err
			}
		}
	}
	return nil
}

func foldList(list *parse.ListNode) error {
	if list == nil {
		return nil
	}
	for i, n := range list.Nodes {
		var branch *parse.BranchNode
		switch n := n.(type) {
		case *parse.ActionNode:
			text, ok, err := constant(n.Pipe)
			if err != nil {
				return err
			}
			if ok {
				list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(text)}
			}
		case *parse.IfNode:
			branch = &n.BranchNode
		case *parse.RangeNode:
			branch = &n.BranchNode
		case *parse.WithNode:
			branch = &n.BranchNode
		}
		if branch != nil {
			if err := foldList(branch.List); err != nil {
				return err
			}
			if err := foldList(branch.ElseList); err != nil {
				return err
			}
		}
	}
	return nil
}

// constant is what {{word "literal"}} says.
func constant(pipe *parse.PipeNode) (text string, ok bool, err error) {
	if len(pipe.Decl) > 0 || len(pipe.Cmds) != 1 || len(pipe.Cmds[0].Args) != 2 {
		return "", false, nil
	}
	word, isWord := pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
	literal, isLiteral := pipe.Cmds[0].Args[1].(*parse.StringNode)
	if !isWord || !isLiteral || constants[word.Ident] == nil {
		return "", false, nil
	}
	text, err = constants[word.Ident](literal.Text)
	return text, err == nil, err
}
