package e2e

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// page is an answer of the console; its selectors are CSS.
type page struct {
	p      *person
	status int
	path   string // after redirects
	header http.Header
	body   []byte
	root   *html.Node
}

func (g *page) nodes(selector string) []*html.Node {
	g.p.t.Helper()
	if g.root == nil {
		root, err := html.Parse(bytes.NewReader(g.body))
		if err != nil {
			g.p.t.Fatal(err)
		}
		g.root = root
	}
	return cascadia.QueryAll(g.root, cascadia.MustCompile(selector))
}

// texts are those of the elements that the selector finds, spaces folded.
func (g *page) texts(selector string) []string {
	g.p.t.Helper()
	var list []string
	for _, n := range g.nodes(selector) {
		list = append(list, textOf(n))
	}
	return list
}

func (g *page) text(selector string) string { g.p.t.Helper(); return join(g.texts(selector)) }

func textOf(n *html.Node) string {
	var all strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			all.WriteString(c.Data + " ")
		}
	}
	return strings.Join(strings.Fields(all.String()), " ")
}

// has reports whether the selector finds anything.
func (g *page) has(selector string) bool { g.p.t.Helper(); return len(g.nodes(selector)) > 0 }

// attr is the attribute of the first element found, or "".
func (g *page) attr(selector, name string) string {
	g.p.t.Helper()
	for _, n := range g.nodes(selector) {
		return attr(n, name)
	}
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// follow opens the first link found.
func (g *page) follow(selector string) *page {
	g.p.t.Helper()
	address := g.attr(selector, "href")
	if address == "" {
		g.p.t.Fatalf("%s has no link %s: %s", g.path, selector, g.text("main"))
	}
	return g.p.get(address)
}

// form is a form as it stands in the page.
type form struct {
	action string
	values url.Values
	file   string // name of the file field
	node   *html.Node
}

// form reads the first form found: hidden fields, what is typed, ticked and chosen.
func (g *page) form(selector string) form {
	g.p.t.Helper()
	found := g.nodes(selector)
	if len(found) == 0 {
		g.p.t.Fatalf("%s has no form %s: %s", g.path, selector, g.text("main"))
	}
	f := form{action: attr(found[0], "action"), values: url.Values{}, node: found[0]}
	if f.action == "" {
		f.action = g.path
	}
	for n := range found[0].Descendants() {
		name := attr(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		switch n.Data {
		case "input":
			switch kind := attr(n, "type"); kind {
			case "checkbox", "radio":
				if hasAttr(n, "checked") {
					f.values.Add(name, attr(n, "value"))
				}
			case "file":
				f.file = name
			case "submit", "button":
			default:
				f.values.Add(name, attr(n, "value"))
			}
		case "textarea":
			f.values.Add(name, textOf(n))
		case "select":
			if v, ok := chosen(n); ok {
				f.values.Add(name, v)
			}
		}
	}
	return f
}

// fill types; the key "button" presses the button with that value, whose
// name, value and formaction count.
func (f form) fill(s set) form {
	for name, v := range s {
		if name == "button" {
			for n := range f.node.Descendants() {
				if n.Type == html.ElementNode && n.Data == "button" && attr(n, "value") == v {
					f.values.Set(attr(n, "name"), v)
					if a := attr(n, "formaction"); a != "" {
						f.action = a
					}
				}
			}
			continue
		}
		f.values.Set(name, v)
	}
	return f
}

// with is what the form holds when the person's own page shows it.
func (f form) with(p *person) url.Values {
	values := maps.Clone(f.values)
	values.Set("csrf", p.csrf())
	return values
}

// chosen is a select's value: the selected option, or the first one.
func chosen(n *html.Node) (value string, ok bool) {
	for o := range n.Descendants() {
		if o.Type != html.ElementNode || o.Data != "option" {
			continue
		}
		v := textOf(o)
		if hasAttr(o, "value") {
			v = attr(o, "value")
		}
		if hasAttr(o, "selected") {
			return v, true
		}
		if !ok {
			value, ok = v, true
		}
	}
	return value, ok
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
