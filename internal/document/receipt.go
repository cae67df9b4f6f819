package document

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/johnfercher/maroto/v2/pkg/components/code"
	"github.com/johnfercher/maroto/v2/pkg/components/col"
	"github.com/johnfercher/maroto/v2/pkg/components/line"
	"github.com/johnfercher/maroto/v2/pkg/components/row"
	"github.com/johnfercher/maroto/v2/pkg/components/text"
	"github.com/johnfercher/maroto/v2/pkg/consts/align"
	"github.com/johnfercher/maroto/v2/pkg/consts/border"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/props"
)

// Receipt is the «Расписка о получении сертификата»: the owner, or who came for
// him by a power of attorney, got the certificate and the carrier, read the
// certificate (63-ФЗ art. 18 part 3) and was given the security guide (part 4).
type Receipt struct {
	CaseNumber   string // З-000431; also in the QR code
	Owner        string // surname, name, patronymic
	Title        string // position; may be empty
	Organisation string // name and INN; empty for a natural person
	Document     string // identity paper in words

	Serial, Issuer             string
	NotBefore, NotAfter        time.Time // in the centre's zone
	CarrierType, CarrierNumber string

	Recipient string // who signs by Basis; empty: the owner
	Basis     string // «доверенность № 5 от 01.02.2026»; empty: in person

	Centre, Employee string
	Date             time.Time // in the centre's zone
}

const receiptTitle = "Расписка о получении сертификата"

// PDF renders the receipt. It fails when a fact without which the paper proves
// nothing is missing.
func (r Receipt) PDF() ([]byte, error) {
	switch {
	case r.CaseNumber == "" || r.Owner == "" || r.Serial == "" || r.Issuer == "" || r.Employee == "":
		return nil, errors.New("receipt: case, owner, serial, issuer or employee is missing")
	case r.Recipient != "" && r.Basis == "":
		return nil, errors.New("receipt: somebody else signs without a basis")
	case r.Date.IsZero() || r.NotBefore.IsZero() || r.NotAfter.IsZero():
		return nil, errors.New("receipt: a date is missing")
	}
	m := sheet(receiptTitle+" "+r.CaseNumber, r.Date, false)
	m.AddRows(corner(r.CaseNumber)...)
	m.AddRows(
		line14(receiptTitle),
		paragraph(fmt.Sprintf("%s, %s", r.Centre, date(r.Date)), align.Center, 6),
		paragraph(r.statement(), align.Left, 4),
	)
	m.AddRows(facts([][2]string{
		{"Владелец сертификата", join(", ", r.Owner, r.Title)},
		{"Организация", r.Organisation},
		{"Документ, удостоверяющий личность", r.Document},
		{"Серийный номер сертификата", r.Serial},
		{"Издатель сертификата", r.Issuer},
		{"Срок действия сертификата", fmt.Sprintf("с %s по %s", dateTime(r.NotBefore), dateTime(r.NotAfter))},
		{"Ключевой носитель", join(", № ", r.CarrierType, r.CarrierNumber)},
		{"Основание получения", r.basis()},
	})...)
	m.AddRows(
		row.New(4),
		paragraph("С информацией, содержащейся в сертификате ключа проверки электронной подписи, ознакомлен(а), сведения верны.", align.Left, 3),
		paragraph("С руководством по обеспечению безопасности использования квалифицированной электронной подписи и средств "+
			"квалифицированной электронной подписи ознакомлен(а), руководство получено.", align.Left, 3),
		row.New(8),
	)
	m.AddRows(signature("Получил(а)", r.signer())...)
	m.AddRows(signature("Выдал(а)", r.Employee)...)
	return finish(m, r.Date)
}

func (r Receipt) signer() string {
	if r.Recipient != "" {
		return r.Recipient
	}
	return r.Owner
}

func (r Receipt) basis() string {
	if r.Basis == "" {
		return "лично"
	}
	return r.Basis
}

func (r Receipt) statement() string {
	if r.Recipient != "" {
		return fmt.Sprintf("Я, %s, действуя по основанию «%s» от имени владельца сертификата, получил(а) сертификат ключа проверки электронной подписи на ключевом носителе:", r.Recipient, r.Basis)
	}
	return fmt.Sprintf("Я, %s, получил(а) сертификат ключа проверки электронной подписи на ключевом носителе:", r.Owner)
}

// corner puts the case's code into the upper right corner: QR for the scanner,
// which opens the case again, and the number for people.
func corner(number string) []core.Row {
	const side = 24
	return []core.Row{
		row.New(side).Add(col.New(portraitWidth-side), col.New(side).Add(code.NewQr(number, props.Rect{Center: true, Percent: 100}))),
		row.New(7).Add(col.New(portraitWidth-40), text.NewCol(40, regular.clean(number), props.Text{Size: 10, Align: align.Right})),
	}
}

func line14(s string) core.Row {
	return row.New().Add(text.NewCol(portraitWidth, bold.fit(s, 14, portraitWidth), props.Text{Size: 14, Style: fontstyle.Bold, Align: align.Center, Bottom: 2}))
}

func paragraph(s string, a align.Type, below float64) core.Row {
	return row.New().Add(text.NewCol(portraitWidth, regular.fit(s, textSize, portraitWidth), props.Text{Align: a, Bottom: below, VerticalPadding: 0.6}))
}

// facts is a two-column hairline table; rows without a value are left out.
func facts(list [][2]string) []core.Row {
	const label, value, pad = 62, portraitWidth - 62, 1.5
	box := &props.Cell{BorderType: border.Full, BorderThickness: hairline}
	prop := props.Text{Top: 1, Bottom: 2, Left: pad, Right: pad, VerticalPadding: 0.4}
	var rows []core.Row
	for _, f := range list {
		if f[1] == "" {
			continue
		}
		rows = append(rows, row.New().Add(
			text.NewCol(label, regular.fit(f[0], textSize, label-2*pad), prop).WithStyle(box),
			text.NewCol(value, regular.fit(f[1], textSize, value-2*pad), prop).WithStyle(box),
		))
	}
	return rows
}

// signature is one line to sign on: role, rule, name, date.
func signature(role, name string) []core.Row {
	small := props.Text{Size: 8, Align: align.Center, Top: 0.5}
	rule := func(mm int) core.Col {
		return col.New(mm).Add(line.New(props.Line{Thickness: hairline, OffsetPercent: 100, SizePercent: 100}))
	}
	const who = 64
	return []core.Row{
		row.New(7).Add(
			text.NewCol(26, role, props.Text{Top: 2.5}), rule(46), col.New(4),
			text.NewCol(who, regular.fit(name, textSize, 10*who), props.Text{Align: align.Center, Top: 2.5}), col.New(4), rule(36),
		),
		row.New(9).Add(col.New(26), text.NewCol(46, "подпись", small), col.New(4),
			text.NewCol(who, "фамилия, имя, отчество", small), col.New(4), text.NewCol(36, "дата", small)),
	}
}

func date(t time.Time) string     { return t.Format("02.01.2006") }
func dateTime(t time.Time) string { return t.Format("02.01.2006 15:04") }

func join(sep string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}
