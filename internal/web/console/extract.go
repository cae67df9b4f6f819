package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// extractPage is views/console/storage/extract.html: card, extract, verdict.
type extractPage struct {
	Frame      web.Frame
	ID         int64
	Extract    extractRow
	Rows       []compareRow
	Signatures []signedBlock // what is known of each, nothing when there is none
	Decisions  []decision
	Latest     bool
	Stale      bool // the card has changed since
	Again      bool // «Сверить заново» is offered
	MayTake    bool
	All        int // how many values may be taken at once
	Version    int
}

// decision is one value taken; When in the centre's zone.
type decision struct {
	org.Decision
	When time.Time
}

// signedBlock is one signature of the file.
type signedBlock struct {
	org.Signature
	N     int
	Facts []signedFact
}

// compareRow is a line of the comparison with its changed parts marked.
type compareRow struct {
	org.Row
	Chip   web.Chip
	Ours   changed
	Theirs changed
	When   time.Time // of the taking
	Take   bool      // «взять в карточку» is offered
}

// changed is a value whose middle differs: Before and After are the same on both sides.
type changed struct{ Before, Middle, After string }

// signedFact is one of the things that are said of a signature apart.
type signedFact struct {
	Name string
	Chip web.Chip
	Note string
}

// signedBlocks tells of every signature: those kept with the extract, or of one
// read before they were kept, the one that its columns know.
func signedBlocks(x *org.Extract, e *staff.Employee, now time.Time) (list []signedBlock) {
	known := x.Signatures
	if len(known) == 0 && x.Signature != "missing" {
		known = []org.Signature{*x.Facts()}
	}
	for i, s := range known {
		if facts := signedFacts(&s, e, now); len(facts) > 0 {
			list = append(list, signedBlock{s, i + 1, facts})
		}
	}
	return list
}

// signedFacts says whether the signature is right, what it covers, what its
// certificate was when it was made, and what it is today.
func signedFacts(f *org.Signature, e *staff.Employee, now time.Time) []signedFact {
	if f.Verdict == "bad" {
		return []signedFact{{Name: "Подпись", Chip: web.Chip{Kind: "stop", Text: "Не сходится с файлом"}, Note: f.Problem}}
	}
	if f.At.IsZero() {
		return nil
	}
	chip := func(good bool, words string) web.Chip {
		if good {
			return web.Chip{Kind: "done", Text: words}
		}
		return web.Chip{Kind: "warn", Text: words}
	}
	today := f.Today(now)
	facts := []signedFact{{Name: "Подпись", Chip: web.Chip{Kind: "done", Text: "Верна, файл не изменён"}}}
	if f.Whole || len(f.Later) > 0 {
		facts = append(facts, signedFact{Name: "Охват", Chip: chip(f.Whole, f.WholeRU())})
	}
	facts = append(facts, signedFact{Name: "Когда подписали", Chip: chip(f.Then == org.CertificateGood, f.ThenRU()), Note: web.DateTime(f.At.In(e.Location())) + ", " + f.SourceRU()},
		signedFact{Name: "Сегодня", Chip: chip(today == org.CertificateGood, f.NowRU(now))})
	switch {
	case f.Serial == "":
	case f.Checked.IsZero() && f.Now != org.CertificateRevoked:
		facts = append(facts, signedFact{Name: "Отзыв", Chip: web.Chip{Kind: "note", Text: f.RevokedRU()}})
	default:
		facts = append(facts, signedFact{Name: "Отзыв", Chip: chip(f.Now != org.CertificateRevoked, f.RevokedRU())})
	}
	return facts
}

func (c *Console) extractShow(ctx *fiber.Ctx) error {
	id, extract, err := extractID(ctx)
	if err != nil {
		return err
	}
	e := by(ctx)
	p := extractPage{ID: id}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Сверка с выпиской", id, "storage"); err != nil {
		return err
	}
	view, err := org.OpenExtract(ctx.UserContext(), c.db, e, id, extract)
	if err != nil {
		return err
	}
	x := view.Extract
	p.Extract, p.Latest, p.Stale, p.Version, p.Signatures = c.extractRow(*x, e), view.Latest, view.Stale(), view.Version, signedBlocks(x, e, c.now())
	p.Again = e.Can(staff.OrgEdit) && p.Latest && p.Stale
	p.MayTake = e.Can(staff.OrgEdit) && p.Latest && !p.Stale && x.MayTake()
	for _, d := range view.Decisions {
		p.Decisions = append(p.Decisions, decision{d, d.At.In(e.Location())})
	}
	for _, r := range view.Rows {
		row := compareRow{Row: r, Chip: verdictChip(r.Verdict), Take: p.MayTake && r.Takeable && r.TakenAt.IsZero()}
		row.Ours, row.Theirs = changed{Before: r.CardValue}, changed{Before: r.ExtractValue}
		switch {
		case r.Verdict != "same":
			row.Ours, row.Theirs = difference(r.CardValue, r.ExtractValue)
		case r.Field == "extract_date": // a newer day is no difference
			row.Chip.Text = "Свежая"
		}
		if !r.TakenAt.IsZero() {
			row.When = r.TakenAt.In(e.Location())
		}
		if row.Take {
			p.All++
		}
		p.Rows = append(p.Rows, row)
	}
	return ctx.Render("console/storage/extract", p)
}

// verdictChip is a row's verdict on screen.
func verdictChip(v string) web.Chip {
	return map[string]web.Chip{"same": {Kind: "done", Text: "Совпадает"}, "note": {Kind: "note", Text: "Отличается"},
		"warn": {Kind: "warn", Text: "Расходится"}, "renew": {Kind: "stop", Text: "Обновить"}, "stop": {Kind: "stop", Text: "Мешает выпуску"}}[v]
}

// difference cuts off what both values begin and end with, at whole words; the
// register's capitals are no difference.
func difference(a, b string) (changed, changed) {
	x, y := strings.SplitAfter(a, " "), strings.SplitAfter(b, " ")
	begin := 0
	for begin < min(len(x), len(y)) && strings.EqualFold(x[begin], y[begin]) {
		begin++
	}
	end := 0
	for end < min(len(x), len(y))-begin && strings.EqualFold(x[len(x)-1-end], y[len(y)-1-end]) {
		end++
	}
	cut := func(w []string) changed {
		return changed{strings.Join(w[:begin], ""), strings.Join(w[begin:len(w)-end], ""), strings.Join(w[len(w)-end:], "")}
	}
	return cut(x), cut(y)
}

func extractID(ctx *fiber.Ctx) (id, extract int64, err error) {
	if id, err = web.ID(ctx, "id"); err == nil {
		extract, err = web.ID(ctx, "extract")
	}
	return id, extract, err
}

// extractTake is «взять в карточку», of one row or of all.
func (c *Console) extractTake(ctx *fiber.Ctx) error {
	id, extract, err := extractID(ctx)
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(ctx.FormValue("version"))
	if err != nil {
		return fault.New(fault.Invalid, "Откройте сверку ещё раз.")
	}
	if err := org.Take(ctx.UserContext(), c.db, by(ctx), c.now(), id, extract, version, web.Text(ctx, "take")); err != nil {
		return err
	}
	text := "Значение взято в карточку."
	if web.Text(ctx, "take") == org.TakeAll {
		text = "Значения взяты в карточку."
	}
	return c.done(ctx, fmt.Sprintf("%s/extracts/%d", orgURL(id), extract), text)
}

// extractCompare is «Сверить заново».
func (c *Console) extractCompare(ctx *fiber.Ctx) error {
	id, extract, err := extractID(ctx)
	if err != nil {
		return err
	}
	if err := org.CompareAgain(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Extract, id, extract); err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("%s/extracts/%d", orgURL(id), extract), "Сверено с карточкой, какая она сейчас.")
}
