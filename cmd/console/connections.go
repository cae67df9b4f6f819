package main

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"signdesk/internal/cert"
	"signdesk/internal/config"
	"signdesk/internal/probe"
	screens "signdesk/internal/web/console"
)

// connections are the outside systems as the settings screen shows them;
// addresses lose whatever secret they carry.
func connections(cfg config.Config) []screens.Connection {
	list := []screens.Connection{
		{System: probe.SMEV, Name: "СМЭВ 3", What: "проверки паспорта, СНИЛС и ИНН; регистрация в ЕСИА", Address: cfg.SMEV.URL, Version: cfg.SMEV.Version, Variable: "SMEV_URL"},
		{System: probe.OneC, Name: "1С", What: "отгрузки, акты, счета-фактуры", Address: cfg.OneC.URL, Variable: "ONEC_URL"},
		{System: probe.DaData, Name: probe.Names[probe.DaData], What: "сверка карточки со справочником организаций", Address: cfg.DaData.URL, Variable: "DADATA_URL"},
		{System: probe.SMTP, Name: "Почта", What: "письма клиентам и сотрудникам", Address: cfg.SMTP.URL, Variable: "SMTP_URL"},
		{System: probe.SMS, Name: "СМС", What: "коды и уведомления", Address: cfg.SMS.URL, Variable: "SMS_URL"},
		{System: probe.OIDC, Name: "Вход сотрудников", What: "учётные записи организации по OpenID Connect", Address: cfg.OIDC.Issuer, Variable: "OIDC_ISSUER"},
	}
	authorities := []screens.Connection{{System: probe.CA, Name: probe.Names[probe.CA], What: "выпуск сертификатов", Variable: "CA_URL"}}
	if len(cfg.CAs) > 0 {
		authorities = nil
	}
	for _, c := range cfg.CAs {
		authorities = append(authorities, screens.Connection{System: probe.OfAuthority(c.Name), Name: cmp.Or(c.Title, probe.Names[probe.CA]), What: issues(c), Address: c.URL, Variable: "CA_URL"})
	}
	list = slices.Insert(list, 1, authorities...)
	for i := range list {
		if u, err := url.Parse(list[i].Address); err != nil {
			list[i].Address = "задан"
		} else if u.User != nil {
			u.User = nil
			list[i].Address = u.String()
		}
	}
	return list
}

// issues says what an authority is asked for.
func issues(c config.CA) string {
	what := "выпуск сертификатов по " + strings.ToUpper(c.Protocol)
	var names []string
	for _, code := range c.Profiles {
		names = append(names, cert.ProfileRU(code))
	}
	if len(names) > 0 {
		what += ": " + strings.Join(names, "; ")
	}
	return what
}

// addresses are those of the systems as their clients use them.
func addresses(cfg config.Config) map[string]string {
	all := map[string]string{probe.SMEV: cfg.SMEV.URL, probe.OneC: cfg.OneC.URL, probe.SMTP: cfg.SMTP.URL, probe.SMS: cfg.SMS.URL, probe.OIDC: cfg.OIDC.Issuer, probe.DaData: cfg.DaData.URL}
	for _, c := range cfg.CAs {
		all[probe.OfAuthority(c.Name)] = c.URL
	}
	return all
}
