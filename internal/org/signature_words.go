package org

import (
	"slices"
	"strings"
	"time"

	"signdesk/internal/gost/pdfsig"
)

// Text is the verdict in a sentence or two, with what to do.
func (s *Signature) Text() string {
	switch s.Verdict {
	case "missing":
		return "Подпись не приложена: положите рядом файл .p7s той же выписки."
	case "bad":
		if s.Problem != "" {
			return strings.ToUpper(s.Problem[:2]) + s.Problem[2:] + ". Получите выписку заново."
		}
		return "Подпись не сходится с файлом: выписка изменена или подпись от другой выписки. Получите выписку заново."
	case "past":
		return "Подпись верна, файл не изменён, но сертификат подписавшего с тех пор истёк. Для выпуска получите новую выписку. Техническая проверка."
	case "untrusted":
		if s.Then == CertificateRevoked || s.Now == CertificateRevoked {
			return "Подпись верна, но её сертификат отозван. Получите выписку заново."
		}
		if s.Then != CertificateUntrusted && s.Now != CertificateUntrusted {
			return "Подпись верна, но её сертификат не действует и не действовал, когда выписку подписывали. Получите выписку заново."
		}
		return "Подпись верна, но её сертификат не от налоговой службы или не действует."
	}
	if s.Legacy {
		return "Подпись верна, файл не изменён; подписано по прежнему ГОСТ Р 34.10-2001. Техническая проверка."
	}
	return "Подпись верна, файл не изменён. Техническая проверка."
}

// SourceRU says whose word the moment of signing is.
func (s *Signature) SourceRU() string {
	if s.Source == "extract" {
		return "по дате выписки: подписавший времени не указал или указал более раннее"
	}
	return "по времени, которое указал подписавший"
}

// ThenRU is the certificate's state when the extract was signed.
func (s *Signature) ThenRU() string {
	switch s.Then {
	case CertificateGood:
		return "Сертификат действовал"
	case CertificateEarly:
		return "Сертификат ещё не действовал: он начинается " + dayRU(s.From)
	case CertificateExpired:
		return "Сертификат уже истёк: он действовал до " + dayRU(s.Until)
	case CertificateIssuer:
		return "Был вне срока сертификат УЦ"
	case CertificateRevoked:
		return "Сертификат был отозван"
	case CertificateUntrusted:
		return "Сертификат не от налоговой службы"
	}
	return ""
}

// Today is the certificate's state now: its end may have come since the extract
// was read.
func (s *Signature) Today(now time.Time) CertificateState {
	if s.Now == CertificateGood && now.After(s.Until) {
		return CertificateExpired
	}
	return s.Now
}

// NowRU is the certificate's state today.
func (s *Signature) NowRU(now time.Time) string {
	switch s.Today(now) {
	case CertificateGood:
		return "Сертификат действует до " + dayRU(s.Until)
	case CertificateEarly:
		return "Сертификат ещё не действует: он начинается " + dayRU(s.From)
	case CertificateExpired:
		return "Сертификат истёк " + dayRU(s.Until)
	case CertificateIssuer:
		return "Вне срока сертификат УЦ"
	case CertificateRevoked:
		return "Сертификат отозван"
	case CertificateUntrusted:
		return "Сертификат не от налоговой службы"
	}
	return ""
}

// RevokedRU says what is known of a revocation.
func (s *Signature) RevokedRU() string {
	switch {
	case s.Now == CertificateRevoked:
		return "Отозван"
	case s.Checked.IsZero():
		return "Отзыв не проверен: свежего списка отозванных нет"
	}
	return "Не отозван по списку от " + dayRU(s.Checked)
}

// WholeRU says how much of the file the signature covers.
func (s *Signature) WholeRU() string {
	switch {
	case s.Verdict == "bad":
		return s.Problem
	case s.Whole:
		return "Весь файл до последнего байта"
	}
	return "Подписанная часть целиком; после подписи добавлено: " + strings.Join(s.Later, ", ")
}

// pdfProblem is what is wrong with a signature of a PDF, "" = nothing.
func pdfProblem(s *pdfsig.Signature) string {
	switch s.Verdict {
	case pdfsig.Valid:
		return ""
	case pdfsig.ModifiedLater:
		return "после подписи документ изменили: " + strings.Join(laterRU(s.Later), ", ")
	case pdfsig.DocumentChanged, pdfsig.SignatureBroken:
		return "подпись не сходится с файлом: выписка изменена"
	case pdfsig.CertificateMissing:
		return "в подписи нет сертификата: проверить её нечем"
	case pdfsig.NotGOST:
		return "подпись не по ГОСТ: налоговая служба так не подписывает"
	case pdfsig.Malformed:
		return "подпись охватывает не весь документ или стоит в нём неправильно"
	}
	return "вид подписи неизвестен: проверить её нельзя"
}

// laterRU names what came into a document after its signature.
func laterRU(list []pdfsig.Change) (words []string) {
	for _, c := range list {
		word := map[pdfsig.Kind]string{pdfsig.NewSignature: "ещё одна подпись", pdfsig.NewTimestamp: "отметка времени", pdfsig.ValidationData: "данные проверки подписи",
			pdfsig.Metadata: "описание файла", pdfsig.FormFilled: "поля формы", pdfsig.Annotation: "пометки поверх страниц", pdfsig.Content: "содержание страниц",
			pdfsig.StrayBytes: "посторонние байты", pdfsig.Replaced: "подменённая часть"}[c.Kind]
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

func dayRU(t time.Time) string { return t.In(moscow).Format("02.01.2006") }

var moscow = time.FixedZone("МСК", 3*60*60)
