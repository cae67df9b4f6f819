package staff

// NameRU is the right on the rights screen.
func (p Permission) NameRU() string { return permissionNames[p] }

// Groups are the rights as the rights screen lists them.
var Groups = []struct {
	Name string
	List []Permission
}{
	{"Организации, договоры, владельцы", []Permission{OrgView, OrgViewMasked, OrgEdit, OrgRequisites, RegisterChanges}},
	{"Паспорта и сканы", []Permission{PassportView, PassportReason}},
	{"Заявки", []Permission{ApplicationWork, ApplicationReview}},
	{"Услуги и бухгалтерия", []Permission{ServicesView, ServiceShip, AccountingView, AccountingWork}},
	{"Отчёты", []Permission{ReportOwn, ReportAccounting, ReportAll}},
	{"Сотрудники и настройки", []Permission{StaffView, StaffCentre, StaffManage, Settings, ExchangeView}},
	{"Журнал", []Permission{JournalOwn, JournalCentre, JournalAll}},
}

var permissionNames = map[Permission]string{
	OrgView: "видеть", OrgViewMasked: "видеть с частью знаков", OrgEdit: "изменять", OrgRequisites: "изменять реквизиты и счета", RegisterChanges: "разбирать изменения в реестре",
	PassportView: "видеть", PassportReason: "видеть с указанием основания",
	ApplicationWork: "готовить, запрашивать, устанавливать, ЕСИА, расписка", ApplicationReview: "одобрять, принимать проверку по скану",
	ServicesView: "видеть услуги", ServiceShip: "направлять в бухгалтерию", AccountingView: "видеть акты и счета", AccountingWork: "акты, счета, выгрузка",
	ReportOwn: "свои показатели", ReportAccounting: "бухгалтерские", ReportAll: "все",
	StaffView: "видеть сотрудников", StaffCentre: "вести сотрудников своего центра", StaffManage: "вести всех сотрудников, центры и права",
	Settings: "видеть подключения", ExchangeView: "видеть обмен с ведомствами",
	JournalOwn: "свои действия", JournalCentre: "своего центра", JournalAll: "все",
}
