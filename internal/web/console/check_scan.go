package console

import (
	"signdesk/internal/fault"
	"signdesk/internal/owner"
)

// scanForm sends a scan to the second pair of eyes.
type scanForm struct {
	Kind, Name string
	Document   string // what is to be scanned
	Understood string // the words of the tick
	Open       bool

	Ticked                  bool
	FileError, TickingError string
}

// newScanForm words the form: which pages (F112–F117) and the tick, which for
// the SNILS is F098 word for word.
func newScanForm(kind owner.CheckKind, paper *owner.Passport, trader, open bool) scanForm {
	f := scanForm{Kind: string(kind), Name: kind.NameRU(), Open: open}
	what := ""
	switch kind {
	case owner.CheckSNILS:
		f.Document, what = "Лицевая сторона страхового свидетельства", "СНИЛС"
	case owner.CheckINN:
		f.Document, what = "Свидетельство о постановке на учёт (ИНН)", "свидетельства ИНН"
	default:
		f.Document, what = "Разворот документа с фотографией", "документа, удостоверяющего личность,"
		if paper.DocType == "rf_passport" {
			f.Document = "Разворот паспорта с фотографией, страницы 2–3"
		}
		if trader {
			f.Document += ", и страница с действующей регистрацией по месту жительства"
		}
	}
	f.Understood = "Я понимаю, что мое заявление на выпуск электронной подписи будет отклонено, если загруженное изображение не является скан-копией " + what + " в хорошем качестве"
	return f
}

// refused puts what is wrong at the fields of the form that was sent.
func (p *checksPanel) refused(sent owner.Scan, wrong *fault.Error) {
	for i := range p.Scans {
		f := &p.Scans[i]
		if f.Open = f.Kind == string(sent.Kind); !f.Open {
			continue
		}
		f.Ticked, f.FileError, f.TickingError = sent.Understood, wrong.Fields["scan"], wrong.Fields["understood"]
		if len(wrong.Fields) == 0 {
			f.FileError = wrong.Text
		}
	}
}
