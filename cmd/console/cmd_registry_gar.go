package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"signdesk/internal/registry"
)

// garFlags make registry generate write a copy of the address register.
type garFlags struct {
	GAR     bool     `name:"gar" help:"Write a copy of the state address register instead, by its official schemas."`
	Regions []string `help:"With --gar: two-digit codes; all if left out." placeholder:"CODE"`
	Streets int      `default:"60" help:"With --gar: streets of a town."`
	Houses  int      `default:"40" help:"With --gar: house numbers of a street."`
	Since   string   `help:"With --gar: only what changed since the copy of this day by the same options, 2006-01-02." placeholder:"DATE"`
}

func (c *registryGenerateCmd) address(e *env, day time.Time) error {
	o := registry.GARGenerateOptions{Seed: c.Seed, Date: day, Regions: c.Regions, Streets: c.Streets, Houses: c.Houses}
	if c.Since != "" {
		since, err := time.Parse(time.DateOnly, c.Since)
		if err != nil {
			return usageError{fmt.Errorf("--since: %w", err)}
		}
		if o.Since = since; !since.Before(day) {
			return usageError{errors.New("--since: not before the day of the copy")}
		}
	}
	if c.Streets < 0 || c.Houses < 0 {
		return usageError{errors.New("--streets, --houses: not below 0")}
	}
	if err := writeWhole(c.Out, func(w io.Writer) error { return registry.GenerateGAR(w, o) }); err != nil {
		return err
	}
	info, err := os.Stat(c.Out)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "address register of %s in %s, %.1f MB\n", day.Format(time.DateOnly), c.Out, float64(info.Size())/1e6)
	return nil
}
