package console

import (
	"github.com/gofiber/fiber/v2"

	"signdesk/internal/web"
)

// routes lists every address of the staff's screens. The verbs behind them
// check the rights; the grouping here only says which right that is.
func (c *Console) routes(app *fiber.App) {
	c.kit.Health(c.ready)
	app.Use(c.kit.Sessions.Read, c.kit.Guard)

	// anybody
	app.Get("/login", c.loginShow)
	app.Post("/login", c.loginCreate)
	app.Get("/login/oidc", c.oidcBegin)
	app.Get("/login/oidc/callback", c.oidcFinish)

	// every signed-in employee
	in := app.Group("", c.signedIn)
	in.Post("/logout", c.logout)
	in.Post("/lock", c.lock)
	in.Get("/unlock", c.unlockShow)
	in.Post("/unlock", c.unlockCreate)
	in.Get("/", c.home)
	in.Get("/workstation", c.workstationShow)
	in.Post("/workstation", c.workstationSave)
	in.Post("/workstation/:id", c.workstationChoose)

	// certificates and their owners: org.view, org.view_masked; changes: org.edit
	in.Get("/organisations/:id/certificates", c.certificatesIndex)
	in.Get("/organisations/:id/owners/new", c.ownerNew)
	in.Post("/organisations/:id/owners", c.ownerAdd)
	in.Get("/owners/:id", c.ownerShow)
	in.Get("/owners/:id/edit", c.ownerEdit)
	in.Post("/owners/:id", c.ownerChange)

	// identity papers: passport.view, passport.view_reason; changes and checks: application.work
	in.Get("/owners/:id/passport", c.passportShow)
	in.Post("/owners/:id/passport", c.passportSave)
	in.Post("/owners/:id/passport/form", c.passportForm)
	in.Post("/owners/:id/passport/reason", c.passportReason)
	in.Get("/owners/:id/checks", c.checksShow)
	in.Post("/owners/:id/checks", c.checkAsk)
	in.Post("/owners/:id/found", c.foundTake)
	in.Post("/owners/:id/scans", c.scanSend)
	in.Get("/owners/:id/scans/:scan", c.scanShow)
	in.Post("/owners/:id/application", c.ownerApplication)

	// the second pair of eyes: application.approve
	in.Get("/reviews", c.reviewsIndex)
	in.Post("/owners/:id/reviews/:check", c.reviewDecide)

	// search and clients: org.view, org.view_masked; changes: org.edit, org.requisites
	in.Get("/search", c.searchShow)
	in.Post("/search", c.searchFind)
	in.Get("/organisations", c.searchShow)
	in.Get("/organisations/new", c.byHandNew)
	in.Post("/organisations/new", c.byHandCreate)
	in.Get("/registry/:ogrn", c.recordShow)
	in.Post("/registry/:ogrn/client", c.clientCreate)
	in.Get("/organisations/:id", c.orgShow)
	in.Post("/organisations/:id", c.requisitesSave)
	in.Get("/organisations/:id/edit", c.requisitesEdit)
	in.Get("/organisations/:id/addresses", c.orgAddresses)
	in.Get("/organisations/:id/addresses/:kind/edit", c.addressEdit)
	in.Post("/organisations/:id/addresses/:kind", c.addressSave)
	in.Post("/addresses/:what", c.addressFind)
	in.Get("/organisations/:id/accounts", c.orgAccounts)
	in.Get("/organisations/:id/heads", c.orgHeads)
	in.Get("/organisations/:id/heads/:head/edit", c.headEdit)
	in.Post("/organisations/:id/heads/:head", c.headSave)
	in.Post("/organisations/:id/refresh", c.orgRefresh)
	in.Get("/organisations/:id/branches", c.orgBranches)
	in.Get("/organisations/:id/history", c.orgHistory)
	in.Post("/organisations/:id/deletion", c.orgDelete)
	in.Post("/organisations/:id/restoration", c.orgRestore)
	in.Get("/organisations/:id/contracts/new", c.contractNew)
	in.Post("/organisations/:id/contracts", c.contractCreate)

	// clients whose register data have changed: register.changes; taking: org.edit besides
	in.Get("/register-changes", c.changesIndex)
	in.Post("/register-changes/:change", c.changeDecide)

	// folders: org.view; changes: org.edit. A file: by its folder
	in.Get("/organisations/:id/storage", c.storageShow)
	in.Post("/organisations/:id/storage", c.storageReceive)
	in.Post("/organisations/:id/extracts", c.extractAsk)
	in.Post("/organisations/:id/reference", c.extractReference)
	in.Get("/organisations/:id/extracts/:extract", c.extractShow)
	in.Post("/organisations/:id/extracts/:extract", c.extractTake)
	in.Post("/organisations/:id/extracts/:extract/comparison", c.extractCompare)
	in.Get("/organisations/:id/cabinet", c.cabinetShow)
	in.Post("/organisations/:id/cabinet", c.cabinetReceive)
	in.Get("/files/:id", c.fileSend)

	// services: services.view; sales, payments, shipments: service.ship, accounting.work
	in.Get("/organisations/:id/services", c.servicesIndex)
	in.Post("/organisations/:id/services", c.saleCreate)
	in.Get("/organisations/:id/services/new", c.saleNew)
	in.Get("/organisations/:id/services/documents", c.documentsIndex)
	in.Post("/organisations/:id/services/payment", c.servicesPaid)
	in.Post("/organisations/:id/services/shipment", c.servicesShip)
	in.Post("/organisations/:id/services/licences", c.servicesLicences)
	in.Post("/organisations/:id/services/acts", c.servicesActs)
	in.Get("/organisations/:id/services/:service", c.serviceShow)
	in.Post("/organisations/:id/services/:service/deletion", c.serviceRemove)
	in.Post("/organisations/:id/services/:service/restoration", c.serviceRestore)
	in.Post("/organisations/:id/shipments/:shipment/acknowledgement", c.shipmentAcknowledge)
	in.Get("/shipments", c.shipmentsIndex)

	// accounting: accounting.view, accounting.work
	in.Get("/accounting", c.accountingShow)

	// staff and centres: staff.view, staff.centre, staff.manage
	in.Get("/staff", c.staffIndex)
	in.Get("/staff/new", c.staffNew)
	in.Post("/staff", c.staffSave)
	in.Get("/staff/rights", c.rightsShow)
	in.Post("/staff/rights", c.rightsSave)
	in.Get("/staff/centres/new", c.centreNew)
	in.Post("/staff/centres", c.centreSave)
	in.Get("/staff/centres/:id", c.centreEdit)
	in.Post("/staff/centres/:id", c.centreSave)
	in.Get("/staff/:id", c.staffEdit)
	in.Post("/staff/:id", c.staffSave)
	in.Post("/staff/:id/password", c.staffPassword)
	in.Post("/staff/:id/active", c.staffActive)

	// journal: journal.own, journal.centre, journal.all; settings: settings; help: everybody
	in.Get("/journal", c.journalIndex)
	in.Get("/journal/looks", c.journalLooks)
	in.Get("/settings", c.settings)
	in.Get("/settings/connections/:system", c.connectionShow)
	in.Post("/settings/connections/:system/test", c.connectionTest)
	in.Get("/help", c.help)
	in.Get("/help/:name", c.help)

	// the exchange with the registers: exchange.view; sending anew: application.work, application.approve; messages themselves: passport.view, passport.view_reason
	in.Get("/exchange", c.exchangeIndex)
	in.Get("/exchange/:id", c.messageShow)
	in.Post("/exchange/:id/resend", c.messageResend)
	in.Post("/exchange/:id/reason", c.messageReason)
	in.Get("/exchange/:id/wires/:wire", c.wireShow)

	// reports: each checks who may run it
	in.Get("/reports", c.reportIndex)
	in.Get("/reports/:name.:format", c.reportFile)
	in.Get("/reports/:name", c.reportShow)

	// applications: org.view, org.view_masked; the steps: application.work; approval: application.approve; shipment: service.ship
	in.Get("/applications", c.applicationsIndex)
	in.Get("/applications/:id", c.applicationShow)
	in.Post("/applications/:id/take", c.applicationTake)
	in.Post("/applications/:id/rejection", c.applicationReject)
	in.Post("/applications/:id/withdrawal", c.applicationWithdraw)
	in.Post("/applications/:id/checks", c.applicationChecks)
	in.Post("/applications/:id/head", c.applicationHead)
	in.Post("/applications/:id/approval", c.applicationApprove)
	in.Post("/applications/:id/preparation", c.applicationPrepare)
	in.Post("/applications/:id/operations", c.operationCreate)
	in.Post("/applications/:id/request", c.requestCreate)
	in.Post("/applications/:id/hurry", c.applicationHurry)
	in.Post("/applications/:id/installation", c.installationCreate)
	in.Post("/applications/:id/esia", c.esiaCreate)
	in.Post("/applications/:id/esia-account", c.accountCreate)
	in.Post("/applications/:id/receipt", c.receiptCreate)
	in.Post("/applications/:id/receipt/confirmation", c.receiptConfirm)
	in.Post("/applications/:id/shipment", c.applicationShip)
	in.Post("/applications/:id/acknowledgement", c.applicationAcknowledge)

	// certificates: org.view; the receipt: application.work, application.approve
	in.Get("/certificates/:id.:format", c.certificateFile)
	in.Get("/certificates/:id", c.certificateShow)
	in.Get("/certificates/:id/receipt", c.receiptShow)
	in.Post("/certificates/:id/notice", c.certificateNotice)

	// revocation: application.work asks, application.approve decides
	in.Get("/certificates/:id/revocations/new", c.revocationNew)
	in.Post("/certificates/:id/revocations", c.revocationCreate)
	in.Get("/revocations", c.revocationsIndex)
	in.Get("/revocations/:id", c.revocationShow)
	in.Post("/revocations/:id/decision", c.revocationDecide)
	in.Post("/revocations/:id/withdrawal", c.revocationWithdraw)
	in.Post("/revocations/:id/base", c.revocationAttach)

	// certificates of other authorities: org.view; loading, the active one, crypto type, asking again: application.work
	in.Get("/owners/:id/ready-certificates/new", c.readyNew)
	in.Get("/owners/:id/ready-certificates/file", c.readyChoose)
	in.Post("/owners/:id/ready-certificates", c.readyLoad)
	in.Get("/ready-certificates", c.readyTroubles)
	in.Get("/ready-certificates/:id.:format", c.readyFile)
	in.Get("/ready-certificates/:id", c.readyShow)
	in.Post("/owners/:id/active-certificate", c.ownerActivate)
	in.Post("/ready-certificates/:id/crypto-type", c.readyCrypto)
	in.Post("/ready-certificates/:id/check", c.readyAsk)

	app.Use(web.NotFound)
}
