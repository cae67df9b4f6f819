package org

import "time"

// Text is the verdict in a sentence or two, with what to do.
func (s *Signature) Text() string {
	switch s.Verdict {
	case "missing":
		return "Подпись не приложена: положите рядом файл .p7s той же выписки."
	case "bad":
		return "Подпись не сходится с файлом: выписка изменена или подпись от другой выписки. Получите выписку заново."
	case "past":
		return "Подпись верна, файл не изменён, но сертификат подписавшего с тех пор истёк. Для выпуска получите новую выписку. Техническая проверка."
	case "untrusted":
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
	case CertificateUntrusted:
		return "Сертификат не от налоговой службы"
	}
	return ""
}

func dayRU(t time.Time) string { return t.In(moscow).Format("02.01.2006") }

var moscow = time.FixedZone("МСК", 3*60*60)
