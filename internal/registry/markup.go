package registry

import (
	"errors"
	"strings"
)

// maxDepth of elements within a record; real ones have about ten.
const maxDepth = 64

// Errors of the XML of one record, as the list of rejected records shows them.
var (
	errTags    = errors.New("разметка повреждена: теги не сходятся")
	errOpenTag = errors.New("разметка повреждена: тег не закрыт")
	errAttr    = errors.New("разметка повреждена: атрибут записан с ошибкой")
	errEntity  = errors.New("разметка повреждена: неизвестная подстановка после &")
	errDepth   = errors.New("разметка вложена слишком глубоко")
	errMisused = errors.New("разметка повреждена: недопустимая конструкция")
)

// parseElement reads s, one element with nothing around it but its start tag
// possibly standing alone.
func parseElement(s string) (*tree, error) {
	t := &tree{}
	return t, t.read(s)
}

// read is parseElement into a tree whose earlier content is done with.
func (t *tree) read(s string) error {
	t.nodes, t.attrs = t.nodes[:0], t.attrs[:0]
	var open [maxDepth]struct{ node, last int32 }
	depth := 0
	for pos := 0; pos < len(s); {
		lt := strings.IndexByte(s[pos:], '<')
		if lt < 0 {
			lt = len(s) - pos
		}
		if lt > 0 && depth > 0 {
			if err := t.addText(open[depth-1].node, s[pos:pos+lt]); err != nil {
				return err
			}
		}
		if pos += lt; pos == len(s) {
			break
		}
		rest := s[pos:]
		if strings.HasPrefix(rest, "<!--") || strings.HasPrefix(rest, "<?") || strings.HasPrefix(rest, "<![CDATA[") {
			n, cdata := skipSpecial(rest)
			if n < 0 {
				return errMisused
			}
			if depth > 0 && cdata != "" {
				if err := t.addPiece(open[depth-1].node, cdata); err != nil {
					return err
				}
			}
			pos += n
			continue
		}
		if strings.HasPrefix(rest, "</") {
			gt := strings.IndexByte(rest, '>')
			if gt < 0 || depth == 0 || strings.TrimRight(rest[2:gt], " \t\r\n") != t.nodes[open[depth-1].node].name {
				return errTags
			}
			pos += gt + 1
			depth--
			continue
		}
		if depth == 0 && len(t.nodes) > 0 {
			return errTags
		}
		if depth == maxDepth {
			return errDepth
		}
		first := int32(len(t.attrs))
		name, n, empty, err := t.startTag(rest)
		if err != nil {
			return err
		}
		pos += n
		i := int32(len(t.nodes))
		t.nodes = append(t.nodes, node{name: name, attrs: first, until: int32(len(t.attrs))})
		if depth > 0 {
			parent := &open[depth-1]
			if parent.last == 0 {
				t.nodes[parent.node].first = i
			} else {
				t.nodes[parent.last].next = i
			}
			parent.last = i
		}
		if !empty {
			open[depth].node, open[depth].last = i, 0
			depth++
		}
	}
	// A lone start tag is how the Reader looks at the root of a file.
	if len(t.nodes) == 0 || depth > 0 && len(t.nodes) > 1 {
		return errTags
	}
	return nil
}

func (t *tree) addText(i int32, s string) error {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	s, err := unescape(s)
	if err != nil {
		return err
	}
	return t.addPiece(i, s)
}

// maxPieces of text between comments and elements; real texts are one.
const maxPieces = 16

func (t *tree) addPiece(i int32, s string) error {
	n := &t.nodes[i]
	if n.pieces++; n.pieces > maxPieces {
		return errMisused
	}
	n.text += s
	return nil
}

// skipSpecial returns the length of the comment, instruction or CDATA section
// that s begins with, -1 when it has no end, and the section's text.
func skipSpecial(s string) (int, string) {
	opening, closing := "<?", "?>"
	switch {
	case strings.HasPrefix(s, "<!--"):
		opening, closing = "<!--", "-->"
	case strings.HasPrefix(s, "<![CDATA["):
		opening, closing = "<![CDATA[", "]]>"
	}
	n := strings.Index(s[len(opening):], closing)
	if n < 0 {
		return -1, ""
	}
	text := ""
	if opening == "<![CDATA[" {
		text = s[len(opening) : len(opening)+n]
	}
	return len(opening) + n + len(closing), text
}
