package console

import (
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/org"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// extractPage is views/console/storage/extract.html: card, extract, verdict.
type extractPage struct {
	Frame   web.Frame
	ID      int64
	Extract extractRow
	Rows    []compareRow
	Signed  []signedFact // what is known of the signature, nothing when it is not there
	Latest  bool
	MayTake bool
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

// signedFact is one of the three things that are said of a signature apart.
type signedFact struct {
	Name string
	Chip web.Chip
	Note string
}

// signedFacts says whether the signature is right, what its certificate was when
// it was made, and what it is today.
func signedFacts(x *org.Extract, e *staff.Employee, now time.Time) []signedFact {
	f := x.Facts()
	if x.Signature == "bad" {
		return []signedFact{{Name: "Подпись", Chip: web.Chip{Kind: "stop", Text: "Не сходится с файлом"}}}
	}
	if x.SignedAt.IsZero() {
		return nil
	}
	chip := func(good bool, words string) web.Chip {
		if good {
			return web.Chip{Kind: "done", Text: words}
		}
		return web.Chip{Kind: "warn", Text: words}
	}
	today := f.Today(now)
	return []signedFact{
		{Name: "Подпись", Chip: web.Chip{Kind: "done", Text: "Верна, файл не изменён"}},
		{Name: "Когда подписали", Chip: chip(f.Then == org.CertificateGood, f.ThenRU()), Note: web.DateTime(f.At.In(e.Location())) + ", " + f.SourceRU()},
		{Name: "Сегодня", Chip: chip(today == org.CertificateGood, f.NowRU(now))},
	}
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
	x, rows, latest, err := org.OpenExtract(ctx.UserContext(), c.db, e, id, extract)
	if err != nil {
		return err
	}
	p.Extract, p.Latest, p.Signed = c.extractRow(*x, e), latest, signedFacts(x, e, c.now())
	p.MayTake = e.Can(staff.OrgEdit) && latest && x.Signature == "good"
	for _, r := range rows {
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
		p.Rows = append(p.Rows, row)
	}
	return ctx.Render("console/storage/extract", p)
}

// verdictChip is a row's verdict on screen.
func verdictChip(v string) web.Chip {
	return map[string]web.Chip{"same": {Kind: "done", Text: "Совпадает"}, "note": {Kind: "note", Text: "Отличается"},
		"warn": {Kind: "warn", Text: "Расходится"}, "stop": {Kind: "stop", Text: "Мешает выпуску"}}[v]
}

// difference cuts off what both values begin and end with, at whole words.
func difference(a, b string) (changed, changed) {
	x, y := strings.SplitAfter(a, " "), strings.SplitAfter(b, " ")
	begin := 0
	for begin < min(len(x), len(y)) && x[begin] == y[begin] {
		begin++
	}
	end := 0
	for end < min(len(x), len(y))-begin && x[len(x)-1-end] == y[len(y)-1-end] {
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

// extractTake is «взять в карточку».
func (c *Console) extractTake(ctx *fiber.Ctx) error {
	id, extract, err := extractID(ctx)
	if err != nil {
		return err
	}
	if err := org.Take(ctx.UserContext(), c.db, c.files, by(ctx), c.now(), id, extract, web.Text(ctx, "take")); err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("%s/extracts/%d", orgURL(id), extract), "Значение взято в карточку.")
}
