package org

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/uptrace/bun"

	"signdesk/internal/exchange"
	"signdesk/internal/ext/smev"
	"signdesk/internal/registry"
)

// An extract that is too large for a message comes as an archive beside it. What
// the archive holds is not in the schema; an XML document of the form of the
// answer, or of the register's dumps, is looked for, whatever else lies there.
const (
	maxExchanged = 64 << 20 // octets of an extract, unpacked
	maxPacked    = 64 << 20 // and of an archive
	maxEntries   = 100
)

// unpack finds the organisation's extract in the files that came with the
// answer; when there is none the request is refused with the reason.
func (q *ExtractRequest) unpack(ctx context.Context, tx bun.IDB, m *exchange.Message, ogrn string) (content []byte, err error) {
	q.Status, q.Text = "refused", "Выписка слишком велика для СМЭВ и пришла архивом, который не удалось разобрать. Получите её на сайте ФНС и положите в папку вместе с подписью."
	files, err := exchange.Files(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	for i := range files {
		f := &files[i]
		switch {
		case f.Status == "waiting": // told too early: its end comes
			q.Status, q.Text = "waiting", ""
			return nil, nil
		case f.Status == "refused" || f.Verdict == "bad":
			q.Text = "Архив с выпиской не принят. " + f.Error + " Получите её на сайте ФНС и положите в папку вместе с подписью."
			continue
		case f.Size > maxPacked:
			continue
		}
		packed, err := os.CreateTemp("", "extract-*.zip")
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(packed, exchange.OpenFile(ctx, tx, f))
		if err == nil {
			content = inArchive(packed, f.Size, ogrn)
		}
		err = errors.Join(err, packed.Close(), os.Remove(packed.Name()))
		if err != nil {
			return nil, err
		}
		if content != nil {
			q.Status, q.Text = "received", smev.WordsOf(q.Kind).Valid
			return content, nil
		}
	}
	return nil, nil
}

// inArchive returns the extract of the OGRN, nil when none can be read. Sizes
// that the archive tells are not believed.
func inArchive(packed io.ReaderAt, size int64, ogrn string) []byte {
	z, err := zip.NewReader(packed, size)
	if err != nil || len(z.File) > maxEntries {
		return nil
	}
	left := int64(maxExchanged)
	for _, entry := range z.File {
		if !strings.HasSuffix(strings.ToLower(entry.Name), ".xml") {
			continue
		}
		from, err := entry.Open()
		if err != nil {
			continue
		}
		text, err := io.ReadAll(io.LimitReader(from, left+1))
		from.Close()
		if left -= int64(len(text)); left < 0 {
			return nil
		}
		if err != nil {
			continue
		}
		if r, _, err := registry.ParseExtract(bytes.NewReader(text)); err == nil && r.OGRN == ogrn {
			return text
		}
	}
	return nil
}
