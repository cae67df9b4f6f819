package console

import (
	"fmt"
	"io"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/owner"
	"signdesk/internal/web"
)

// scanSend puts a scan before the second pair of eyes.
func (c *Console) scanSend(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	s := owner.Scan{Kind: owner.CheckKind(web.Text(ctx, "kind")), Understood: ctx.FormValue("understood") != ""}
	if s.Name, s.Content, err = uploaded(ctx, "scan"); err != nil {
		return err
	}
	err = owner.Submit(ctx.UserContext(), c.db, c.files, by(ctx), c.now(), id, s)
	if fault.Is(err, fault.Invalid) {
		return c.scanAgain(ctx, id, s, fault.As(err))
	}
	if err != nil {
		return err
	}
	return c.done(ctx, fmt.Sprintf("/owners/%d/passport", id), "Скан передан проверяющему.")
}

// scanAgain shows the passport page with what is wrong with the scan.
func (c *Console) scanAgain(ctx *fiber.Ctx, id int64, sent owner.Scan, wrong *fault.Error) error {
	o, paper, err := owner.Look(ctx.UserContext(), c.db, by(ctx), c.now(), id, "")
	if err != nil {
		return err
	}
	p, err := c.passportPage(ctx, o, paper, nil)
	if err != nil {
		return err
	}
	p.Checks.refused(sent, wrong)
	return invalid(ctx, "console/owner/passport", p)
}

// uploaded reads one file of the form; no file is an empty one.
func uploaded(ctx *fiber.Ctx, name string) (string, []byte, error) {
	h, err := ctx.FormFile(name)
	if err != nil {
		return "", nil, nil //nolint:nilerr // nothing chosen: the verb says so at the field
	}
	in, err := h.Open()
	if err != nil {
		return "", nil, err
	}
	defer in.Close()
	content, err := io.ReadAll(io.LimitReader(in, file.MaxDesk+1))
	return h.Filename, content, err
}

// scanShow sends a scan to look at; the look is logged.
func (c *Console) scanShow(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	scan, err := uuid.Parse(ctx.Params("scan"))
	if err != nil {
		return fault.Missing()
	}
	if owner.NeedsReason(by(ctx)) && c.lookReason(ctx, id) == "" {
		return web.SeeOther(ctx, fmt.Sprintf("/owners/%d/passport", id))
	}
	f, err := owner.LookAtScan(ctx.UserContext(), c.db, by(ctx), c.now(), id, scan, c.lookReason(ctx, id))
	if err != nil {
		return err
	}
	content, err := c.files.Read(f)
	if err != nil {
		return err
	}
	return sendFile(ctx, f, content, shownInline(f.Mime))
}
