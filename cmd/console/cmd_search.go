package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/org"
	"signdesk/internal/registry"
	"signdesk/internal/staff"
)

// searchCmd searches own clients first and the country's register second, as
// the page does. Own clients are those of --as, or of the only partner there is.
// One query that finds nothing ends with exit code 1.
type searchCmd struct {
	Query []string `arg:"" help:"Name, INN, OGRN, KPP or their beginnings; - reads a query per line."`
	Limit int      `default:"20" help:"The most results of one query."`
	searchFilter
	JSON bool   `name:"json" help:"Print one object per query."`
	As   string `help:"Login of the employee whose clients come first."`
}

// searchFilter narrows a search.
type searchFilter struct {
	Region []string `help:"Codes of regions, two digits each." placeholder:"77,78"`
	Active bool     `help:"Only what is not closed."`
	Kind   string   `enum:",org,ip" default:"" help:"org or ip." placeholder:"org"`
	Form   string   `help:"Code of ОКОПФ or its beginning." placeholder:"123"`
	Okved  string   `help:"Code of the main activity or its beginning." placeholder:"62.0"`
}

func (f searchFilter) filter() registry.Filter {
	filter := registry.Filter{Regions: f.Region, Active: f.Active, Kind: registry.Kind(f.Kind), OKVED: f.Okved}
	if f.Form != "" {
		filter.Forms = []string{f.Form}
	}
	return filter
}

// answer is the object that --json prints.
type answer struct {
	Query   string   `json:"query"`
	MS      float64  `json:"ms"`
	Results []result `json:"results"`
}

// result is one line; own clients say so.
type result struct {
	registry.Hit
	Own bool `json:"own,omitempty"`
}

func (c *searchCmd) Run(e *env) error {
	if c.Limit < 1 {
		return usageError{errors.New("--limit: at least 1")}
	}
	d, _, done, err := openDB(e)
	if err != nil {
		return err
	}
	defer done()
	by, err := c.employee(e, d)
	if err != nil {
		return err
	}
	query := strings.Join(c.Query, " ")
	if query != "-" {
		found, err := c.search(e, d, by, query)
		if err == nil && found == 0 {
			return errNo
		}
		return err
	}
	lines := bufio.NewScanner(e.stdin)
	for lines.Scan() {
		if _, err := c.search(e, d, by, lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// employee is who searches; nil when nobody's clients are meant.
func (c *searchCmd) employee(e *env, d *db.DB) (*staff.Employee, error) {
	login := c.As
	if login == "" {
		err := d.Plain().QueryRowContext(e.ctx, `SELECT COALESCE((SELECT min(e.login) FROM employee AS e JOIN role_permission AS p ON p.role = e.role AND p.partner_id IS NULL
			WHERE e.active AND p.permission = 'org.view' AND (SELECT count(*) FROM partner) = 1), '')`).Scan(&login)
		if err != nil || login == "" {
			return nil, err
		}
	}
	id, err := employeeID(e.ctx, d, login)
	if err != nil {
		return nil, err
	}
	return staff.Load(e.ctx, d, id)
}

// search answers and prints one query.
func (c *searchCmd) search(e *env, d *db.DB, by *staff.Employee, query string) (found int, err error) {
	begun := time.Now()
	list, err := c.find(e, d, by, query)
	if err != nil {
		return 0, err
	}
	took := time.Since(begun)
	if c.JSON {
		out := json.NewEncoder(e.stdout)
		out.SetEscapeHTML(false)
		return len(list), out.Encode(answer{query, float64(took.Microseconds()) / 1000, append([]result{}, list...)})
	}
	for _, h := range list {
		if _, err := fmt.Fprintf(e.stdout, "%-12s %-15s %-9s %s %-12s %-13s %s\n", h.INN, h.OGRN, h.KPP, h.Region, h.Status, h.Match, h.Name); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

func (c *searchCmd) find(e *env, d *db.DB, by *staff.Employee, query string) ([]result, error) {
	var list []result
	if by == nil {
		answer, err := registry.Search(e.ctx, d, registry.Query{Text: query, Limit: c.Limit, Filter: c.filter()})
		if err != nil {
			return nil, err
		}
		for _, h := range answer.Hits {
			list = append(list, result{Hit: h})
		}
		return list, nil
	}
	found, err := org.Search(e.ctx, d, by, org.Query{Text: query, Limit: c.Limit, Filter: c.filter()})
	if err != nil {
		return nil, err
	}
	for _, h := range found.Own {
		list = append(list, result{Own: true, Hit: registry.Hit{INN: h.INN, OGRN: h.OGRN, KPP: h.KPP, Name: h.Name(), Region: h.OGRN[3:5], // signs 4 and 5: the subject of the federation
			Status: registry.State(h.Status), Match: "own"}})
	}
	for _, h := range found.Register {
		list = append(list, result{Hit: h.Hit})
	}
	return list[:min(len(list), c.Limit)], nil
}
