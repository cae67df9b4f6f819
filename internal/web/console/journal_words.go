package console

import (
	"strings"

	"signdesk/internal/staff"
)

// journalAreas are the filters above the journal.
var journalAreas = []struct{ code, name string }{
	{"", "Все"}, {"org", "Организации"}, {"contract", "Услуги"}, {"owner", "Владельцы"}, {"application", "Заявки"}, {"cert", "Сертификаты"}, {"staff", "Сотрудники"}, {"report", "Отчёты"},
}

// objectNames and objectPages say what a record's object is, where it is shown
// and which of the rights opens the page.
var objectNames = map[string]string{
	"organisation": "организация", "owner": "владелец", "passport": "паспорт владельца", "scan": "скан владельца", "application": "заявка", "certificate": "сертификат",
	"request": "запрос", "contract": "договор", "service": "услуга", "shipment": "отгрузка", "extract": "выписка", "employee": "сотрудник", "centre": "центр",
	"workstation": "рабочее место", "partner": "партнёр", "report": "отчёт", "file": "файл", "ready_certificate": "загруженный сертификат", "exchange": "сообщение СМЭВ", "connection": "подключение", "revocation": "аннулирование",
}

var objectPages = map[string]struct {
	page   string
	rights []staff.Permission
}{
	"organisation":      {"/organisations/*", []staff.Permission{staff.OrgView, staff.OrgViewMasked}},
	"owner":             {"/owners/*", []staff.Permission{staff.OrgView, staff.OrgViewMasked}},
	"passport":          {"/owners/*", []staff.Permission{staff.OrgView, staff.OrgViewMasked}},
	"scan":              {"/owners/*", []staff.Permission{staff.OrgView, staff.OrgViewMasked}},
	"application":       {"/applications/*", []staff.Permission{staff.OrgView, staff.OrgViewMasked}},
	"employee":          {"/staff/*", []staff.Permission{staff.StaffView, staff.StaffCentre, staff.StaffManage}},
	"ready_certificate": {"/ready-certificates/*", []staff.Permission{staff.OrgView}},
	"exchange":          {"/exchange/*", []staff.Permission{staff.ExchangeView}},
	"revocation":        {"/revocations/*", []staff.Permission{staff.ApplicationWork, staff.ApplicationReview}},
}

var actions = map[string]string{
	"partner.add": "завёл(ла) партнёра", "staff.sign_in": "вошёл(ла)", "staff.sign_in_oidc": "вошёл(ла) через учётную запись организации", "staff.save": "изменил(а) сотрудника", "staff.reset_password": "сбросил(а) пароль",
	"staff.activate": "включил(а) сотрудника", "staff.deactivate": "отключил(а) сотрудника", "staff.save_centre": "изменил(а) центр", "staff.set_rights": "изменил(а) права ролей",
	"staff.pair_workstation": "сопряг(ла) рабочее место",
	"owner.save":             "сохранил(а) владельца", "owner.save_passport": "сохранил(а) паспортные данные", "owner.submit_scan": "передал(а) скан проверяющему",
	"owner.override_check": "принял(а) проверку по скану", "owner.decline_scan": "вернул(а) скан", "owner.ask_passport": "спросил(а) МВД о паспорте", "owner.ask_snils": "спросил(а) СФР о СНИЛС",
	"owner.ask_inn": "спросил(а) ФНС об ИНН", "owner.ask_snils_by_data": "узнал(а) СНИЛС в СФР", "owner.take_found": "взял(а) номер от ведомства в карточку", "owner.check_positive": "ведомство подтвердило", "owner.check_negative": "ведомство не подтвердило",
	"owner.check_not_found": "ведомство не нашло", "owner.check_refused": "проверка не состоялась",
	"org.add": "добавил(а) клиента", "org.delete": "удалил(а) организацию", "org.restore": "восстановил(а) организацию", "org.save_requisites": "изменил(а) реквизиты",
	"org.renew": "обновил(а) карточку из реестра", "org.save_head": "изменил(а) руководителя", "org.save_address": "изменил(а) адрес", "org.add_by_hand": "добавил(а) клиента вручную",
	"org.register_taken": "взял(а) изменение реестра в карточку", "org.register_dismissed": "отметил(а) изменение реестра неважным", "application.fall": "заявка отклонена: данные организации обновлены",
	"org.ask_extract": "запросил(а) выписку по СМЭВ", "org.extract_received": "выписка пришла по СМЭВ", "org.extract_not_found": "ФНС не нашла выписку", "org.extract_refused": "ФНС не дала выписку",
	"cert.make_account": "запросил(а) учётную запись в ЕСИА", "cert.account_validating": "ЕСИА проверяет учётную запись", "cert.account_succeeded": "ЕСИА создала учётную запись", "cert.account_failed": "ЕСИА не создала учётную запись",
	"org.receive_files": "загрузил(а) файлы", "org.take_from_extract": "взял(а) значение из выписки", "org.compare_extract": "сверил(а) карточку заново", "org.ask_reference": "сверил(а) карточку со справочником", "org.share_files": "передал(а) файлы в личный кабинет",
	"contract.add": "заключил(а) договор", "contract.sell": "добавил(а) услугу", "contract.mark_paid": "отметил(а) оплату", "contract.ship": "направил(а) запрос в бухгалтерию", "contract.acknowledge": "подтвердил(а) ответ бухгалтерии",
	"contract.form_licences": "сформировал(а) лицензии", "contract.send_acts": "отправил(а) акты в ЛК", "contract.remove_service": "удалил(а) услугу", "contract.restore_service": "восстановил(а) услугу",
	"application.open": "открыл(а) заявку", "application.take": "взял(а) заявку", "application.approve": "одобрил(а) заявку", "application.withdraw": "отозвал(а) заявку", "application.reject": "отклонил(а) заявку",
	"application.expire": "заявка отклонена по сроку", "application.prepare": "подготовил(а) запрос", "application.request_operation": "начал(а) создание запроса на носителе",
	"application.accept_request": "создал(а) запрос на сертификат", "application.install_operation": "начал(а) установку сертификата", "application.head_signed": "отметил(а) подпись руководителя",
	"cert.installed": "установил(а) сертификат", "cert.register_esia": "отправил(а) в ЕСИА", "cert.receipt_printed": "распечатал(а) расписку", "cert.receipt_confirmed": "подтвердил(а) расписку",
	"cert.load": "загрузил(а) имеющуюся ЭП", "cert.choose_active": "выбрал(а) активный сертификат", "cert.set_crypto_type": "сменил(а) криптотип", "cert.ask_revocation": "спросил(а) УЦ об отзыве",
	"cert.ready_valid": "УЦ подтвердил сертификат", "cert.ready_unchecked": "УЦ не ответил об отзыве", "cert.ready_held": "УЦ приостановил сертификат", "cert.ready_revoked": "УЦ аннулировал сертификат",
	"cert.ready_untrusted": "УЦ сертификата больше не доверенный", "cert.ready_expired": "срок сертификата закончился", "cert.active_ended": "срок активного сертификата закончился",
	"cert.revocation_asked": "подал(а) заявку на аннулирование", "cert.revocation_base": "приложил(а) документ-основание", "cert.revocation_approved": "одобрил(а) аннулирование", "cert.revocation_declined": "отклонил(а) аннулирование",
	"cert.revocation_withdrawn": "отозвал(а) заявку на аннулирование", "cert.revocation_revoked": "УЦ аннулировал сертификат", "cert.revocation_refused": "УЦ отказал в аннулировании", "cert.revocation_listed": "сертификат виден в списке отозванных",
	"settings.test_connection": "проверил(а) подключение", "exchange.resend": "повторил(а) запрос в СМЭВ", "exchange.destroy": "уничтожены содержания запросов по сроку хранения",
	"owner.resend_passport": "повторил(а) проверку паспорта", "owner.resend_snils": "повторил(а) проверку СНИЛС", "owner.resend_snils_by_data": "повторил(а) запрос СНИЛС", "owner.resend_inn": "повторил(а) проверку ИНН",
	"cert.resend_esia": "повторил(а) отправку в ЕСИА", "cert.resend_account": "повторил(а) запрос учётной записи в ЕСИА", "org.resend_extract": "повторил(а) запрос выписки",
	"report.export": "выгрузил(а) отчёт",
}

// actionRU is the act in words; one without words is shown as it is written.
func actionRU(action string) string {
	if words := actions[action]; words != "" {
		return words
	}
	return strings.ReplaceAll(action, "_", " ")
}
