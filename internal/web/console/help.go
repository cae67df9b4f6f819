package console

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"

	"github.com/gofiber/fiber/v2"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"signdesk/internal/web"
	"signdesk/views"
)

// helpPage is views/console/help/show.html around one text of the same folder.
type helpPage struct {
	Frame web.Frame
	Name  string
	Pages []helpLink
	Text  template.HTML
}

type helpLink struct{ Name, Title, Icon string }

// helpPages are the texts, in the order of the menu.
var helpPages = []helpLink{
	{"steps", "Девять шагов", "list-check"}, {"keyboard", "Клавиатура", "keyboard"}, {"ready", "Имеющаяся ЭП", "file-earmark-arrow-up"}, {"workstation", "Рабочее место", "pc-display"}, {"troubles", "Если не получается", "info-circle-fill"},
}

var markdown = goldmark.New(goldmark.WithExtensions(extension.Table)) // raw HTML stays shut

func (c *Console) help(ctx *fiber.Ctx) error {
	name := ctx.Params("name", helpPages[0].Name)
	for _, page := range helpPages {
		if page.Name == name {
			return c.helpText(ctx, page)
		}
	}
	return web.NotFound(ctx)
}

func (c *Console) helpText(ctx *fiber.Ctx, page helpLink) error {
	source, err := fs.ReadFile(views.FS, "console/help/"+page.Name+".md")
	if errors.Is(err, fs.ErrNotExist) {
		return web.NotFound(ctx)
	}
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := markdown.Convert(source, &b); err != nil {
		return err
	}
	return ctx.Render("console/help/show", helpPage{Frame: c.frame(ctx, page.Title), Name: page.Name, Pages: helpPages, Text: template.HTML(b.String())})
}

// counted is a number with its word in the right form.
func counted(n int, one, few, many string) string {
	return fmt.Sprintf("%d\u00a0%s", n, web.Plural(n, one, few, many))
}
