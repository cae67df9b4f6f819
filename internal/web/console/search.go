package console

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/issuance"
	"signdesk/internal/org"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// hitsShown is how many organisations an answer lists, own and register each.
const hitsShown = 10

// searchPage is views/console/search/show.html: «Поиск по организациям». The
// block results answers alone while somebody types.
type searchPage struct {
	Frame    web.Frame
	Query    string
	Exact    []hit // what a whole number names: a case, an owner, a certificate
	Own      []hit
	Register []hit
	Recent   []hit
	Swapped  string // what was tried in the other keyboard layout
	Digits   bool
}

// hit is one line of the answer.
type hit struct {
	URL   string
	Form  string // ООО, АО …, before the name in grey
	Name  []part
	Facts string
	Chip  web.Chip
}

// part of a name; Found parts are what the query asked for.
type part struct {
	Text  string
	Found bool
}

func (c *Console) searchShow(ctx *fiber.Ctx) error {
	p := searchPage{Frame: c.frame(ctx, "Поиск по организациям")}
	recent, err := org.Recent(ctx.UserContext(), c.db, by(ctx), hitsShown)
	if err != nil {
		return err
	}
	for _, h := range recent {
		p.Recent = append(p.Recent, ownHit(h, nil))
	}
	return ctx.Render("console/search/show", p)
}

// searchFind answers the field of the page and that of the top bar. A whole
// number or Enter before the answer leads straight to the only organisation.
func (c *Console) searchFind(ctx *fiber.Ctx) error {
	found, err := org.Search(ctx.UserContext(), c.db, by(ctx), org.Query{Text: web.Text(ctx, "q"), Limit: hitsShown})
	if err != nil {
		return err
	}
	exact, err := issuance.LookUp(ctx.UserContext(), c.db, by(ctx), web.Text(ctx, "q"))
	if err != nil {
		return err
	}
	p := searchPage{Query: found.Query, Swapped: found.Swapped, Digits: strings.IndexFunc(found.Query, unicode.IsLetter) < 0}
	terms := searchTerms(found)
	for _, f := range exact {
		p.Exact = append(p.Exact, hit{URL: f.URL, Name: []part{{Text: f.Title, Found: true}}, Facts: f.Owner + " · " + web.Quoted(f.Org)})
	}
	for _, h := range found.Own {
		p.Own = append(p.Own, ownHit(h, terms))
	}
	for _, h := range found.Register {
		p.Register = append(p.Register, registerHit(h, terms))
	}
	if ctx.Get("HX-Request") != "" {
		p.Frame = c.kit.BareFrame(ctx)
		return ctx.Render("console/search/show#results", p)
	}
	if all := slices.Concat(p.Exact, p.Own, p.Register); len(all) == 1 || len(p.Exact) == 1 {
		return web.SeeOther(ctx, all[0].URL)
	}
	p.Frame = c.frame(ctx, "Поиск по организациям")
	return ctx.Render("console/search/show", p)
}

func ownHit(h org.Hit, terms []string) hit {
	kind, text := h.Chip()
	line := hit{URL: "/organisations/" + strconv.FormatInt(h.ID, 10), Chip: web.Chip{Kind: kind, Text: text},
		Facts: facts("ИНН", h.INN, "ОГРН", h.OGRN, "КПП", h.KPP, "", h.Locality, "", h.Head)}
	line.Form, line.Name = named(web.Quoted(h.Name()), terms)
	return line
}

func registerHit(h org.RegisterHit, terms []string) hit {
	kind, text := (&org.Organisation{Status: string(h.Status)}).StatusChip()
	line := hit{URL: "/registry/" + h.OGRN, Chip: web.Chip{Kind: kind, Text: text},
		Facts: facts("ИНН", h.INN, "ОГРН", h.OGRN, "КПП", h.KPP, "", h.Locality, "", h.Head)}
	line.Form, line.Name = named(web.Quoted(h.Name), terms)
	return line
}

// facts joins labelled values, leaving out what is not known.
func facts(pairs ...string) string {
	var list []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			list = append(list, strings.TrimSpace(pairs[i]+"\u00a0"+pairs[i+1]))
		}
	}
	return strings.Join(list, " · ")
}

// named splits the legal form off a name and marks what the terms found in it.
func named(name string, terms []string) (form string, parts []part) {
	if first, rest, ok := strings.Cut(name, " "); ok && len([]rune(first)) <= 5 && strings.ToUpper(first) == first {
		form, name = first, rest
	}
	return form, mark(name, terms)
}

// searchTerms are the words of the query in both layouts, as mark compares them.
func searchTerms(f *org.Found) []string {
	return append(strings.Fields(registry.Normalize(f.Query)), strings.Fields(registry.Normalize(f.Swapped))...)
}

// mark cuts the name into parts; a part is found where a term stands at the
// beginning of a word or, of three letters and more, anywhere in it.
func mark(name string, terms []string) []part {
	letters := []rune(name)
	folded := make([]rune, len(letters))
	for i, r := range letters {
		if folded[i] = unicode.ToUpper(r); folded[i] == 'Ё' {
			folded[i] = 'Е'
		}
	}
	found := make([]bool, len(letters))
	for _, term := range terms {
		t := []rune(term)
		for i := 0; i+len(t) <= len(folded); i++ {
			begins := i == 0 || !unicode.IsLetter(folded[i-1]) && !unicode.IsDigit(folded[i-1])
			if string(folded[i:i+len(t)]) == term && (begins || len(t) >= 3) {
				for j := range t {
					found[i+j] = true
				}
			}
		}
	}
	var parts []part
	for i := range letters {
		if i == 0 || found[i] != found[i-1] {
			parts = append(parts, part{Found: found[i]})
		}
		parts[len(parts)-1].Text += string(letters[i])
	}
	return parts
}

// recordPage is views/console/search/record.html: a record of the register.
type recordPage struct {
	Frame    web.Frame
	Record   *registry.Record
	Chip     web.Chip
	Address  string
	ClientID int64 // 0 = not a client yet
	MayAdd   bool
}

func (c *Console) recordShow(ctx *fiber.Ctx) error {
	r, client, err := org.OpenRecord(ctx.UserContext(), c.db, by(ctx), ctx.Params("ogrn"))
	if err != nil {
		return err
	}
	kind, text := (&org.Organisation{Status: string(r.Status.State)}).StatusChip()
	p := recordPage{Frame: c.frame(ctx, r.Name()), Record: r, Chip: web.Chip{Kind: kind, Text: text}, ClientID: client, MayAdd: by(ctx).Can(staff.OrgEdit)}
	for _, a := range []*registry.Address{r.Address, r.Seat} {
		if a != nil && p.Address == "" {
			p.Address = a.Line
		}
	}
	return ctx.Render("console/search/record", p)
}

// clientCreate is «Добавить клиента».
func (c *Console) clientCreate(ctx *fiber.Ctx) error {
	id, err := org.Add(ctx.UserContext(), c.db, by(ctx), c.now(), ctx.Params("ogrn"))
	if err != nil {
		return err
	}
	return web.SeeOther(ctx, "/organisations/"+strconv.FormatInt(id, 10))
}
