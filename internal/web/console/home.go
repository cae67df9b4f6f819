package console

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/staff"
	"signdesk/internal/web"
)

func (c *Console) home(ctx *fiber.Ctx) error { return web.SeeOther(ctx, "/organisations") }

// worklists are the links with counts in the top bar.
func (c *Console) worklists(ctx context.Context, e *staff.Employee) []web.Worklist { return nil }

// ready reports whether people can be served.
func (c *Console) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return c.db.Ping(ctx)
}
