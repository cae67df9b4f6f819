package console

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/web"
)

// formInt reads a whole number of a form; anything else is 0.
func formInt(ctx *fiber.Ctx, name string) int {
	n, err := strconv.Atoi(web.Text(ctx, name))
	if err != nil {
		return 0
	}
	return n
}

// formIDs reads the ticked rows; what is no id is left out.
func formIDs(ctx *fiber.Ctx, name string) []int64 {
	var ids []int64
	for _, v := range ctx.Context().PostArgs().PeekMulti(name) {
		if id, err := strconv.ParseInt(string(v), 10, 64); err == nil && id > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// formDay reads a date as the browser sends it or as people type it; anything
// else is the zero time.
func formDay(ctx *fiber.Ctx, name string) time.Time {
	text := web.Text(ctx, name)
	for _, layout := range []string{time.DateOnly, "02.01.2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

// digits drops the spaces and dashes that people put into numbers.
func digits(s string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "-", "").Replace(s)
}
