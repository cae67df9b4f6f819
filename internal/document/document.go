// Package document turns typed data into printed forms: PDF that looks the
// same everywhere, whose text can be searched and copied.
//
// Every form is a struct with a PDF method and nothing else: it knows no
// database and no clock, so the same data give the same bytes. The pages are
// laid by maroto with an embedded subset of a serif face; margins, sizes and
// the case's code in the upper right corner are the same on all forms. A form
// that changes by law gets a new struct beside the old one, so that an old
// document prints as it was.
package document

import (
	"fmt"
	"regexp"
	"time"

	"github.com/johnfercher/maroto/v2"
	"github.com/johnfercher/maroto/v2/pkg/config"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/consts/orientation"
	"github.com/johnfercher/maroto/v2/pkg/consts/pagesize"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/core/entity"
	"github.com/johnfercher/maroto/v2/pkg/props"
	"github.com/phpdave11/gofpdf"
)

// Text begins 20 mm from the left edge, where papers are filed, 15 from the
// top, 10 from the right and 20 from the bottom, where the page number stands.
const (
	marginLeft, marginTop, marginRight, marginBottom = 20, 15, 10, 20

	portraitWidth  = 210 - marginLeft - marginRight // mm
	landscapeWidth = 297 - marginLeft - marginRight

	family   = "serif"
	textSize = 11.0 // points
	hairline = 0.1  // mm
)

// Without sorted catalogues the same document has other bytes every time.
func init() { gofpdf.SetDefaultCatalogSort(true) }

// sheet begins a document. One unit of its grid is one millimetre, so columns
// are given in millimetres and sum to the width of the text.
func sheet(title string, made time.Time, landscape bool) core.Maroto {
	b := config.NewBuilder().
		WithPageSize(pagesize.A4).
		WithLeftMargin(marginLeft).WithTopMargin(marginTop).WithRightMargin(marginRight).WithBottomMargin(marginBottom).
		WithMaxGridSize(portraitWidth).
		WithCustomFonts([]*entity.CustomFont{
			{Family: family, Style: fontstyle.Normal, Bytes: regular.file},
			{Family: family, Style: fontstyle.Bold, Bytes: bold.file},
		}).
		WithDefaultFont(&props.Font{Family: family, Size: textSize}).
		WithPageNumber(props.PageNumber{Pattern: "{current} из {total}", Place: props.Bottom, Family: family, Size: 9}).
		WithCompression(true).
		WithTitle(regular.clean(title), true).
		WithCreationDate(made)
	if landscape {
		b = b.WithOrientation(orientation.Horizontal).WithMaxGridSize(landscapeWidth)
	}
	return maroto.New(b.Build())
}

// modified finds the one date that maroto gives no setting for.
var modified = regexp.MustCompile(`/ModDate \(D:\d{14}\)`)

// finish renders the sheet. The date of change is set to that of making, in
// place: offsets in the file stay right.
func finish(m core.Maroto, made time.Time) ([]byte, error) {
	doc, err := m.Generate()
	if err != nil {
		return nil, fmt.Errorf("render pdf: %w", err)
	}
	date := "/ModDate (D:" + made.Format("20060102150405") + ")"
	return modified.ReplaceAllLiteral(doc.GetBytes(), []byte(date)), nil
}
