package xmldsig

import (
	"maps"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
)

// seed of the random documents; XMLDSIG_SEED=n repeats a run.
var seed = func() uint64 {
	if s, err := strconv.ParseUint(os.Getenv("XMLDSIG_SEED"), 10, 64); err == nil {
		return s
	}
	return rand.Uint64()
}()

// generator writes well-formed documents with everything canonical form is
// about, as unevenly as people and programs do.
type generator struct {
	*rand.Rand
	id   string // attribute with the element's number
	next int    // number of the next element
	tame bool   // nothing that must not be signed
}

func newGenerator(i int) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, uint64(i))), id: "n"}
}

func (g *generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g *generator) document() string {
	head := g.pick("", "", "\xEF\xBB\xBF", `<?xml version="1.0"?>`, "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n")
	return head + g.misc() + g.element(0, map[string]string{}) + g.misc()
}

// misc stands beside the root.
func (g *generator) misc() (s string) {
	for range g.IntN(3) {
		s += g.pick("", "\n", "<?go  on?>", "\n<?a?>\r\n<?b c?>", "<!-- <?no?> -->", "\r\n<!---->")
	}
	return s
}

var (
	prefixes   = []string{"", "p", "q", "ь"}
	namespaces = []string{"urn:a", "urn:b", "http://x/?a=1", "urn://c/", "urn:%D1%8B", "URN:a"}
)

func (g *generator) element(depth int, scope map[string]string) string {
	inner := maps.Clone(scope)
	var attrs []string
	for _, p := range prefixes {
		if g.IntN(3) > 0 {
			continue
		}
		uri := g.pick(namespaces...)
		if p == "" && g.IntN(3) == 0 {
			uri = ""
		}
		inner[p] = uri
		if p != "" {
			p = ":" + p
		}
		attrs = append(attrs, "xmlns"+p+g.pick("=", " = ")+`"`+uri+`"`)
	}
	seen := map[string]bool{}
	for range g.IntN(5) {
		local := g.pick("a", "B", "id", "Имя", "z-1", "é", "𐀀", "é.")
		name, space := local, ""
		if p := g.pick("", "", "p", "q", "ь"); p != "" && inner[p] != "" {
			name, space = p+":"+local, inner[p]
		}
		if seen[space+" "+local] {
			continue
		}
		seen[space+" "+local] = true
		attrs = append(attrs, name+g.pick(`='`+g.chars(`"`)+`'`, `="`+g.chars(`'`)+`"`))
	}
	if !g.tame && g.IntN(6) == 0 {
		attrs = append(attrs, g.pick(`xml:lang="ru"`, `xml:space='preserve'`, `xml:base="b/"`))
	}
	attrs = append(attrs, g.id+`="e`+strconv.Itoa(g.next)+`"`)
	g.next++
	g.Shuffle(len(attrs), func(i, j int) { attrs[i], attrs[j] = attrs[j], attrs[i] })
	name := g.pick("el", "Элемент", "x.y", "_", "xmlish", "𐀀")
	if p := g.pick(prefixes...); p != "" && inner[p] != "" {
		name = p + ":" + name
	}
	open := "<" + name
	for _, a := range attrs {
		open += g.pick(" ", " ", "\n", "\t ", "\r\n") + a
	}
	if g.IntN(5) == 0 {
		return open + g.pick("/>", " />")
	}
	var body strings.Builder
	for range g.IntN(6) {
		switch {
		case depth < 6 && g.IntN(2) == 0:
			body.WriteString(g.element(depth+1, inner))
		case g.IntN(6) == 0:
			body.WriteString(g.pick("<?pi?>", "<?pi  a b ?>", "<?пи\r\nа?>", "<?x ?>"))
		case !g.tame && g.IntN(4) == 0:
			body.WriteString(g.pick("<![CDATA[]]>", "<![CDATA[<a>&amp;\r\n]]>", "<![CDATA[]]]]><![CDATA[>]]>", "<![CDATA[ ]]>"))
		case g.IntN(5) == 0:
			body.WriteString(g.pick("<!---->", "<!-- a & <b> -->", "<!--\r\n-->"))
		default:
			body.WriteString(g.chars(`"`) + g.chars(`'`))
		}
	}
	return open + ">" + body.String() + "</" + name + g.pick(">", " >", "\r\n>")
}

func (g *generator) chars(quote string) (s string) {
	if g.tame {
		return g.pick("", " ", "Щукин", "a &amp; b", "\n ", "&lt;", "𝄞", quote, "é\u00A0")
	}
	for range g.IntN(5) {
		s += g.pick("a", "Я", " ", "\n", "\r\n", "\r", "\t", quote, "&lt;", "&gt;", ">", "&amp;", "&quot;", "&apos;", "]]&gt;", "] ",
			"&#13;", "&#xA;", "&#9;", "&#32;", "&#x1F600;", "𝄞", "  ", "\u0085", "\u2028", "\u00A0", "é", "&#xD7FF;", "\uFFFD")
	}
	return s
}
