package report

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

// Input is one control of the form above a report: what was asked or the
// default, in the form the control takes (dates ISO), and the choices of a list.
type Input struct {
	Name, Type, Label, Value string
	Choices                  []Choice
}

// asked is a report's parameters after reading: bound values, controls, and the
// same in words for papers.
type asked struct {
	values map[string]any
	inputs []Input
	words  []Fact
}

// Inputs returns the controls for what was asked; messages at fields are Run's.
func (r *Report) Inputs(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, values map[string]string) ([]Input, error) {
	a, err := r.ask(ctx, d, by, now, values)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	return a.inputs, nil
}

// ask reads the parameters. With an Invalid error the inputs are still complete.
func (r *Report) ask(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, values map[string]string) (asked, error) {
	zone := by.Location()
	today := now.In(zone)
	a := asked{values: map[string]any{"partner": by.PartnerID, "zone": zone.String(), "today": today.Format(time.DateOnly), "now": now}}
	wrong := fault.Fields{}
	for name := range values {
		if r.param(name) == nil {
			wrong.Add(name, "У отчёта нет параметра «"+name+"».")
		}
	}
	for _, p := range r.Params {
		if p.Type == "operator" && r.own(by) {
			a.values[p.Name] = by.ID
			a.words = append(a.words, Fact{p.Label, by.Name})
			continue
		}
		choices, err := p.choices(ctx, d, by)
		if err != nil {
			return a, err
		}
		value, given := values[p.Name]
		if !given || (value == "" && choices == nil) {
			value = p.start(today)
		}
		a.inputs = append(a.inputs, Input{p.Name, p.Type, p.Label, value, choices})
		bound, word, message := p.read(value, choices)
		if message != "" {
			wrong.Add(p.Name, message)
		}
		a.values[p.Name] = bound
		a.words = append(a.words, Fact{p.Label, word})
	}
	from, _ := a.values["from"].(string)
	if to, ok := a.values["to"].(string); ok && to < from {
		wrong.Add("to", "Конец периода раньше начала.")
	}
	return a, wrong.Err()
}

// start is the default on this day.
func (p *Param) start(today time.Time) string {
	switch p.Default {
	case "today":
		return today.Format(time.DateOnly)
	case "month_start":
		return today.Format("2006-01") + "-01"
	case "year_start":
		return today.Format("2006") + "-01-01"
	}
	return p.Default
}

// choices of a list; "" is everything. Nil for what is typed.
func (p *Param) choices(ctx context.Context, d *db.DB, by *staff.Employee) ([]Choice, error) {
	var list []Choice
	var err error
	switch p.Type {
	case "enum":
		list = p.Choices
	case "centre":
		list, err = centres(ctx, d, by.PartnerID)
	case "operator":
		list, err = operators(ctx, d, by.PartnerID)
	default:
		return nil, nil
	}
	return slices.Concat([]Choice{{"", "все"}}, list), err
}

// read returns the value to bind, its words, or what is wrong with it.
func (p *Param) read(value string, choices []Choice) (bound any, word, message string) {
	switch p.Type {
	case "date":
		day, err := time.Parse(time.DateOnly, value)
		if err != nil || day.Year() < 1900 || day.Year() > 2099 {
			return nil, value, "Укажите дату в виде ДД.ММ.ГГГГ."
		}
		return value, day.Format("02.01.2006"), ""
	case "int":
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n < p.Min || n > p.Max {
			return nil, value, fmt.Sprintf("Укажите целое число от %d до %d.", p.Min, p.Max)
		}
		return n, value, ""
	}
	i := slices.IndexFunc(choices, func(c Choice) bool { return c.Value == value })
	if i < 0 {
		return nil, value, "Выберите значение из списка."
	}
	if value == "" {
		return nil, choices[i].Label, ""
	}
	return value, choices[i].Label, ""
}
