package console

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
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
	Frame     web.Frame
	Query     string
	Filter    searchFilter
	Groups    []hitGroup
	Recent    []hit
	Said      string // another spelling that the answer is for, "" when it is the typed one
	Swapped   string // what was tried in the other keyboard layout
	Digits    bool
	Cut       bool // the filter may have let others pass
	Shortened bool // only the beginning of the query was looked at
	Trouble   bool // the register did not answer
	MayAdd    bool // a client by hand (F050)
}

// hitGroup is what is found of one kind, under a heading.
type hitGroup struct {
	Title string
	Hits  []hit
}

// hit is one line of the answer.
type hit struct {
	URL   string
	Form  string // ООО, АО …, before the name in grey
	Name  []part
	Facts []part
	Chip  web.Chip
}

func (c *Console) searchShow(ctx *fiber.Ctx) error {
	p := searchPage{MayAdd: by(ctx).Can(staff.OrgEdit), Frame: c.frame(ctx, "Поиск по организациям"), Filter: filterOf(ctx)}
	if err := c.recent(ctx, &p); err != nil {
		return err
	}
	return ctx.Render("console/search/show", p)
}

// recent fills what the page shows before anything is typed.
func (c *Console) recent(ctx *fiber.Ctx, p *searchPage) error {
	list, err := org.Recent(ctx.UserContext(), c.db, by(ctx), hitsShown)
	for _, h := range list {
		p.Recent = append(p.Recent, ownHit(h, nil))
	}
	return err
}

// searchFind answers the field of the page and that of the top bar; the query
// comes in the body, never in an address, for it may name a person. A whole
// number or Enter before the answer leads straight to the only thing found.
func (c *Console) searchFind(ctx *fiber.Ctx) error {
	typed := web.Text(ctx, "q")
	p := searchPage{MayAdd: by(ctx).Can(staff.OrgEdit), Filter: filterOf(ctx), Shortened: len([]rune(strings.TrimSpace(typed))) > org.MaxQuery}
	found, err := org.Search(ctx.UserContext(), c.db, by(ctx), org.Query{Text: typed, Limit: hitsShown, Filter: p.Filter.narrow()})
	if err != nil && fault.As(err) != nil {
		return err
	}
	if err != nil {
		c.log.Error("search", "err", err)
		found, p.Trouble = &org.Found{Query: strings.TrimSpace(typed)}, true
	}
	p.Query, p.Swapped, p.Cut = found.Query, found.Swapped, found.Cut
	p.Digits = strings.IndexFunc(found.Query, unicode.IsLetter) < 0
	if found.Said != "" && found.Said != registry.Normalize(found.Query) && len(found.Own)+len(found.Register) > 0 {
		p.Said = strings.ToLower(found.Said)
	}
	whole := ""
	if !p.Trouble {
		if p.Groups, whole, err = c.lookUp(ctx, found.Query); err != nil {
			return err
		}
	}
	terms := searchTerms(found)
	var own, register []hit
	for _, h := range found.Own {
		own = append(own, ownHit(h, terms))
	}
	for _, h := range found.Register {
		register = append(register, registerHit(h, terms))
	}
	p.add("Наши клиенты", own)
	p.add("Реестр", register)
	if p.Query == "" && !p.Filter.Any {
		if err := c.recent(ctx, &p); err != nil {
			return err
		}
	}
	if ctx.Get("HX-Request") != "" {
		p.Frame = c.kit.BareFrame(ctx)
		return ctx.Render("console/search/show#results", p)
	}
	if whole != "" {
		return web.SeeOther(ctx, whole)
	}
	if len(p.Groups) == 1 && len(p.Groups[0].Hits) == 1 {
		return web.SeeOther(ctx, p.Groups[0].Hits[0].URL)
	}
	p.Frame = c.frame(ctx, "Поиск по организациям")
	return ctx.Render("console/search/show", p)
}

func (p *searchPage) add(title string, hits []hit) {
	if len(hits) > 0 {
		p.Groups = append(p.Groups, hitGroup{title, hits})
	}
}

// lookUp finds what the query names beside organisations, by right: cases,
// owners, carriers, certificates, sections; whole is the address of the only
// thing that a whole number names.
func (c *Console) lookUp(ctx *fiber.Ctx, query string) (groups []hitGroup, whole string, err error) {
	found, err := issuance.LookUp(ctx.UserContext(), c.db, by(ctx), query)
	if err != nil {
		return nil, "", err
	}
	words := strings.Fields(registry.Normalize(query))
	for _, kind := range []struct{ kind, title string }{
		{"application", "Заявки"}, {"owner", "Владельцы ЭП"}, {"carrier", "Ключевые носители"}, {"certificate", "Сертификаты"},
	} {
		var hits []hit
		for _, f := range found {
			if f.Kind != kind.kind {
				continue
			}
			h := hit{URL: f.URL, Name: []part{{Text: f.Title, Found: f.Whole}}, Facts: mark(f.Owner+" · "+web.Quoted(f.Org), words)}
			if kind.kind == "owner" {
				h.Name, h.Facts = mark(f.Owner, words), []part{{Text: web.Quoted(f.Org)}}
			}
			if !slices.ContainsFunc(hits, func(o hit) bool { return o.URL == h.URL }) {
				hits = append(hits, h)
			}
			if f.Whole {
				whole = f.URL
			}
		}
		if len(hits) > 0 {
			groups = append(groups, hitGroup{kind.title, hits})
		}
	}
	if sections := sectionHits(by(ctx), words); len(sections) > 0 {
		groups = append(groups, hitGroup{"Разделы", sections})
	}
	if len(found) != 1 {
		whole = ""
	}
	return groups, whole, nil
}

func ownHit(h org.Hit, terms []string) hit {
	kind, text := h.Chip()
	line := hit{URL: "/organisations/" + strconv.FormatInt(h.ID, 10), Chip: web.Chip{Kind: kind, Text: text},
		Facts: mark(facts("ИНН", h.INN, "ОГРН", h.OGRN, "КПП", h.KPP, "", h.Locality, "", h.Head), terms)}
	line.Form, line.Name = named(web.Quoted(h.Name()), terms)
	return line
}

func registerHit(h org.RegisterHit, terms []string) hit {
	kind, text := (&org.Organisation{Status: string(h.Status)}).StatusChip()
	line := hit{URL: "/registry/" + h.OGRN, Chip: web.Chip{Kind: kind, Text: text},
		Facts: mark(facts("ИНН", h.INN, "ОГРН", h.OGRN, "КПП", h.KPP, "", h.Locality, "", h.Head), terms)}
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
