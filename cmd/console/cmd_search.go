package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/registry"
)

// searchCmd searches the country's register from the command line, as the page
// does. One query that finds nothing ends with exit code 1.
type searchCmd struct {
	Query []string `arg:"" help:"Name, INN, OGRN, KPP or their beginnings; - reads a query per line."`
	Limit int      `default:"20" help:"The most results of one query."`
	JSON  bool     `name:"json" help:"Print one object per query."`
}

// answer is the object that --json prints.
type answer struct {
	Query   string         `json:"query"`
	MS      float64        `json:"ms"`
	Results []registry.Hit `json:"results"`
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
	query := strings.Join(c.Query, " ")
	if query != "-" {
		found, err := c.search(e, d, query)
		if err == nil && found == 0 {
			return errNo
		}
		return err
	}
	lines := bufio.NewScanner(e.stdin)
	for lines.Scan() {
		if _, err := c.search(e, d, lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// search answers and prints one query.
func (c *searchCmd) search(e *env, d *db.DB, query string) (found int, err error) {
	begun := time.Now()
	hits, err := registry.Search(e.ctx, d, query, c.Limit)
	if err != nil {
		return 0, err
	}
	took := time.Since(begun)
	if c.JSON {
		out := json.NewEncoder(e.stdout)
		out.SetEscapeHTML(false)
		return len(hits), out.Encode(answer{query, float64(took.Microseconds()) / 1000, append([]registry.Hit{}, hits...)})
	}
	for _, h := range hits {
		if _, err := fmt.Fprintf(e.stdout, "%-12s %-15s %-9s %s %-12s %-13s %s\n", h.INN, h.OGRN, h.KPP, h.Region, h.Status, h.Match, h.Name); err != nil {
			return 0, err
		}
	}
	return len(hits), nil
}
