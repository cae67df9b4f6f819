package console

import (
	"mime"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/org"
)

// fileSend sends a stored file: to be saved, or with ?show=1 to be looked at
// and printed. Only PDF and pictures are shown, in a sandbox where whatever is
// in them may load and run nothing; Chromium's PDF viewer starts in it.
func (c *Console) fileSend(ctx *fiber.Ctx) error {
	id, err := uuid.Parse(ctx.Params("id"))
	if err != nil {
		return fault.Missing()
	}
	f, content, err := org.OpenFile(ctx.UserContext(), c.db, c.files, by(ctx), c.now(), id)
	if err != nil {
		return err
	}
	return sendFile(ctx, f, content, ctx.Query("show") != "" && shownInline(f.Mime))
}

func sendFile(ctx *fiber.Ctx, f *file.File, content []byte, inline bool) error {
	disposition := "attachment"
	if inline {
		disposition = "inline"
	}
	ctx.Set(fiber.HeaderContentType, f.Mime)
	ctx.Set(fiber.HeaderContentDisposition, mime.FormatMediaType(disposition, map[string]string{"filename": f.Name}))
	ctx.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox")
	return ctx.Send(content)
}

func shownInline(mime string) bool {
	switch mime {
	case "application/pdf", "image/png", "image/jpeg", "image/gif":
		return true
	}
	return false
}
