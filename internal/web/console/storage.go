package console

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/org"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// folderPage is views/console/storage/show.html and console/cabinet/show.html.
type folderPage struct {
	Frame    web.Frame
	ID       int64
	Files    []fileRow
	Extracts []extractRow  // storage only
	Asked    *askedExtract // storage only: an extract that was asked for and has not come
	MaxDays  int           // how old an extract may be
	MayEdit  bool

	Reference bool // storage only: a reference service may be asked
}

// fileRow is a line of a folder; At in the centre's zone.
type fileRow struct {
	file.File
	At     time.Time
	SizeRU string
	Icon   string
	Opens  bool   // the browser can show it
	What   string // what a PDF was taken for that is no extract
}

// extractRow is an extract with its two verdicts.
type extractRow struct {
	org.Extract
	At        time.Time
	Signed    web.Chip
	Compared  web.Chip
	DaysShort string // how long it can still carry an issue
	Icon      string // of the file
	SourceRU  string
}

func (c *Console) storageShow(ctx *fiber.Ctx) error {
	p, err := c.folder(ctx, "Папка хранилища файлов", "storage", file.Storage)
	if err != nil {
		return err
	}
	list, err := org.OpenExtracts(ctx.UserContext(), c.db, by(ctx), p.ID, 20)
	if err != nil {
		return err
	}
	for _, x := range list {
		p.Extracts = append(p.Extracts, c.extractRow(x, by(ctx)))
	}
	p.Reference = p.MayEdit && c.set.Extract.Reference != nil
	if p.Asked, err = c.askedExtract(ctx, p.ID); err != nil {
		return err
	}
	return ctx.Render("console/storage/show", p)
}

func (c *Console) cabinetShow(ctx *fiber.Ctx) error {
	p, err := c.folder(ctx, "Папка личного кабинета", "cabinet", file.Cabinet)
	if err != nil {
		return err
	}
	return ctx.Render("console/cabinet/show", p)
}

func (c *Console) folder(ctx *fiber.Ctx, title, active, folder string) (*folderPage, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return nil, err
	}
	p := &folderPage{ID: id, MaxDays: int(c.set.Extract.MaxAge.Hours() / 24), MayEdit: by(ctx).Can(staff.OrgEdit)}
	if p.Frame, _, _, err = c.orgFrame(ctx, title, id, active); err != nil {
		return nil, err
	}
	list, err := org.Folder(ctx.UserContext(), c.db, by(ctx), id, folder)
	if err != nil {
		return nil, err
	}
	what, err := org.Readings(ctx.UserContext(), c.db, by(ctx), list)
	for _, f := range list {
		p.Files = append(p.Files, fileRow{File: f, What: what[f.ID].Text, At: f.CreatedAt.In(by(ctx).Location()), SizeRU: sizeRU(f.Size), Icon: fileIcon(f.Mime), Opens: shownInline(f.Mime)})
	}
	return p, err
}

func (c *Console) extractRow(x org.Extract, e *staff.Employee) extractRow {
	row := extractRow{Extract: x, At: x.CreatedAt.In(e.Location()), Icon: "filetype-xml", SourceRU: x.SourceRU()}
	if strings.HasSuffix(strings.ToLower(x.FileName), ".pdf") {
		row.Icon = "file-earmark-pdf"
	}
	row.Signed = map[string]web.Chip{"good": {Kind: "done", Text: "Подпись верна"}, "past": {Kind: "warn", Text: "Подпись верна, сертификат истёк"}, "bad": {Kind: "stop", Text: "Подпись не сходится"},
		"untrusted": {Kind: "stop", Text: "Не налоговая служба"}, "missing": {Kind: "warn", Text: "Нет подписи"}}[x.Signature]
	if x.Source == "dadata" {
		row.Signed = web.Chip{Kind: "note", Text: "Справочник, не выписка"}
	}
	row.Compared = map[string]web.Chip{"same": {Kind: "done", Text: "Совпадает с карточкой"}, "note": {Kind: "note", Text: "Есть отличия"},
		"warn": {Kind: "warn", Text: "Есть расхождения"}, "renew": {Kind: "stop", Text: "Старая, обновить"}, "stop": {Kind: "stop", Text: "Выпуск невозможен"}}[x.Verdict]
	if x.Blocks && x.Verdict != "stop" {
		row.Compared = web.Chip{Kind: "stop", Text: "Мешает выпуску"}
	}
	switch days := int(c.set.Extract.MaxAge.Hours()/24) - int(c.now().Sub(x.ExtractDate).Hours()/24); {
	case x.ExtractDate.IsZero(), x.Source == "dadata":
	case days < 0:
		row.DaysShort = "просрочена"
	default:
		row.DaysShort = fmt.Sprintf("годна ещё %d\u00a0%s", days, web.Plural(days, "день", "дня", "дней"))
	}
	return row
}

// storageReceive takes what was dropped: an extract is read and compared.
func (c *Console) storageReceive(ctx *fiber.Ctx) error {
	id, uploads, err := received(ctx)
	if err != nil {
		return err
	}
	got, err := org.Receive(ctx.UserContext(), c.db, c.files, by(ctx), c.now(), c.set.Extract, id, uploads)
	if err != nil {
		return err
	}
	if got.Extract != 0 && ctx.Get("X-CSRF-Token") == "" { // a plain form: straight to the comparison
		return web.SeeOther(ctx, fmt.Sprintf("%s/extracts/%d", orgURL(id), got.Extract))
	}
	return web.SeeOther(ctx, orgURL(id)+"/storage")
}

func (c *Console) cabinetReceive(ctx *fiber.Ctx) error {
	id, uploads, err := received(ctx)
	if err != nil {
		return err
	}
	if err := org.ShareFiles(ctx.UserContext(), c.db, c.files, by(ctx), c.now(), id, uploads); err != nil {
		return err
	}
	return web.SeeOther(ctx, orgURL(id)+"/cabinet")
}

// maxUploads bounds the files of one request.
const maxUploads = 20

// received reads the parts named file; each at most a byte over the limit, so
// that the verb can refuse it by size.
func received(ctx *fiber.Ctx) (int64, []org.Upload, error) {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return 0, nil, err
	}
	form, err := ctx.MultipartForm()
	if err != nil {
		return 0, nil, fault.Wrap(fault.Invalid, "Файл не передан. Выберите его ещё раз.", err)
	}
	if len(form.File["file"]) > maxUploads {
		return 0, nil, fault.New(fault.Invalid, "За один раз можно передать не больше 20 файлов.")
	}
	var uploads []org.Upload
	for _, part := range form.File["file"] {
		in, err := part.Open()
		if err != nil {
			return 0, nil, err
		}
		content, err := io.ReadAll(io.LimitReader(in, file.MaxDesk+1))
		in.Close()
		if err != nil {
			return 0, nil, err
		}
		uploads = append(uploads, org.Upload{Name: web.Clean(part.Filename), Content: content})
	}
	return id, uploads, nil
}

func sizeRU(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d\u00a0Б", n)
	case n < 1<<20:
		return fmt.Sprintf("%d\u00a0КБ", (n+1<<9)>>10)
	default:
		return strings.Replace(fmt.Sprintf("%.1f\u00a0МБ", float64(n)/(1<<20)), ".", ",", 1)
	}
}

func fileIcon(mime string) string {
	switch mime {
	case "application/pdf":
		return "file-earmark-pdf"
	case "application/xml":
		return "filetype-xml"
	case "application/pkcs7-signature":
		return "file-earmark-check"
	}
	return "file-earmark"
}
