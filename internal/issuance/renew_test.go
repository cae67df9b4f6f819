package issuance_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
)

// dump is a newer dump of the register about the client.
func dump(c *casetest.Client, day string, change func(*orgtest.Firm)) {
	c.Helper()
	f := c.Firm
	f.Extracted = day
	change(&f)
	orgtest.Register(c, c.DB, f)
}

func card(c *casetest.Client) (card *org.Card) {
	c.Helper()
	c.Tx(func(ctx context.Context, tx bun.IDB) (err error) {
		card, err = org.Find(ctx, tx, c.By().PartnerID, c.Org)
		return err
	})
	return card
}

// F038, F045: while an application waits for the register the organisation's data
// are overwritten, even with certificates in force, and the application goes on.
func TestRegistryCheckOverwrites(t *testing.T) {
	c, _ := romashka(t)
	done := c.Open().Approved().Prepare().Request().Issue()
	dump(c, "2026-11-15", func(f *orgtest.Firm) {
		f.Full = "Общество с ограниченной ответственностью «Роза»"
	})
	c.Owner = c.Person("Сидоров", "Олег", "Иванович", false)
	k := c.Open()
	if got := card(c); got.FullName != "Общество с ограниченной ответственностью «Роза»" || got.ShortName != "ООО «Ромашка»" {
		t.Errorf("%+v", got.Organisation)
	}
	if a := k.Load(); a.Status != issuance.RegistryCheck {
		t.Errorf("%s", a.Status)
	}
	v, err := issuance.Show(t.Context(), c.DB, c.By(), c.Now(), c.Rules, k.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	var told bool
	for _, e := range v.Events {
		told = told || strings.Contains(e.Text, "обновлены из реестра на 15.11.2026: полное наименование") && strings.Contains(e.Text, "действующие сертификаты на прежние данные")
	}
	if !told {
		t.Errorf("the timeline does not tell: %+v", v.Events)
	}
	o, err := issuance.OutdatedBy(t.Context(), c.DB, c.By(), c.Now(), c.Org)
	if err != nil || o != nil { // issued at the same moment of the test's clock
		t.Errorf("%+v, %v", o, err)
	}
	c.Exec(`UPDATE certificate SET issued_at = issued_at - interval '1 hour' WHERE application_id = ?`, done.ID)
	if o, err = issuance.OutdatedBy(t.Context(), c.DB, c.By(), c.Now(), c.Org); err != nil || o == nil || o.Certificates != 1 || o.Fields != "полное наименование" {
		t.Errorf("%+v, %v", o, err)
	}
}

// F055, F056, F061: what the register forbids stops the case at the extract's
// step, names support where the desk cannot help, and lets go when it is cured.
func TestRegisterBlocks(t *testing.T) {
	c, _ := romashka(t)
	c.Rules.Support = "Телефон 8 800 100-00-00."
	k := c.Open().Approved()
	want := func(state issuance.State, status issuance.Status, words string) {
		t.Helper()
		k.Look()
		s := step(t, k, "extract")
		if a := k.Load(); s.State != state || a.Status != status || !strings.Contains(s.Text, words) {
			t.Errorf("%s %s %q, want %s %s %q", s.State, a.Status, s.Text, state, status, words)
		}
	}
	want(issuance.StepDone, issuance.Approved, "Подписал")
	c.Exec(`UPDATE organisation SET short_name = 'ООО «Роза»'`)
	want(issuance.StepStop, issuance.RegistryCheck, "в реестре — ООО «Ромашка». Выпуск заблокирован: обратитесь в техподдержку. Телефон 8 800 100-00-00.")
	c.Exec(`UPDATE organisation SET short_name = 'ООО <Ромашка>'`)
	want(issuance.StepStop, issuance.RegistryCheck, "знак «<». Выпуск заблокирован: обратитесь в техподдержку.")
	c.Exec(`UPDATE organisation SET short_name = 'ООО «Ромашка»'`)
	want(issuance.StepDone, issuance.Approved, "Подписал")
	dump(c, "2026-11-16", func(f *orgtest.Firm) { f.Status = "Находится в стадии ликвидации" })
	want(issuance.StepStop, issuance.RegistryCheck, "Организация ликвидируется: выпуск")
	if s := step(t, k, "extract"); strings.Contains(s.Text, "техподдержку") {
		t.Errorf("nothing for support here: %s", s.Text)
	}
	dump(c, "2026-11-17", func(f *orgtest.Firm) {})
	want(issuance.StepDone, issuance.Approved, "Подписал")
	dump(c, "2026-11-18", func(f *orgtest.Firm) { f.Surname = "Орлов" })
	c.Exec(`UPDATE application SET status = 'registry_check'`)
	want(issuance.StepStop, issuance.RegistryCheck, "Владелец отмечен руководителем")
}

// F057, F124: who signed the employee's application must be the head in the
// register at that moment; of register and extract the later one says so.
func TestHeadIsConfirmed(t *testing.T) {
	c, now := romashka(t)
	c.Owner = c.Person("Сидоров", "Олег", "Иванович", false)
	sign := func(k *casetest.Case) {
		t.Helper()
		if err := issuance.HeadSigned(t.Context(), c.DB, c.By(), now.at, c.Rules, k.ID); err != nil {
			t.Fatal(err)
		}
	}
	want := func(k *casetest.Case, s issuance.Status, state issuance.State, words string) {
		t.Helper()
		if a := k.Load(); a.Status != s {
			t.Errorf("%s %q, want %s", a.Status, a.StatusReason, s)
		}
		if h := step(t, k, "head"); h.State != state || !strings.Contains(h.Text, words) {
			t.Errorf("%s: %s; want %s: %s", h.State, h.Text, state, words)
		}
	}
	k := c.Open().Approved()
	want(k, issuance.HeadSignature, issuance.StepWait, "подписывает руководитель")
	other := c.Firm
	other.Surname, other.Extracted = "Орлов", "2026-11-18"
	c.Drop(other, true) // the extract is later than the register
	sign(k)
	want(k, issuance.HeadCheck, issuance.StepStop, "Реестр на 18.11.2026 называет руководителем другого")
	dump(c, "2026-11-19", func(f *orgtest.Firm) { f.Surname = "Орлов" })
	k.Look() // the card is overwritten, its new head has not signed
	want(k, issuance.HeadSignature, issuance.StepWait, "подписывает руководитель")
	sign(k)
	want(k, issuance.Approved, issuance.StepDone, "подписал")
	dump(c, "2026-11-20", func(f *orgtest.Firm) { f.Surname = "Петров" })
	k.Look()
	want(k, issuance.Approved, issuance.StepDone, "подписал") // he was the head when he signed
}

// F046, F047: the button is for who may change the organisation, while nothing
// is under way or in force, and not for a branch; F050 when the register is silent.
func TestRefresh(t *testing.T) {
	c, _ := romashka(t)
	refresh := func(role string) error {
		_, err := issuance.Refresh(t.Context(), c.DB, c.People[role], c.Now(), c.Org)
		why, err2 := issuance.MayRefresh(t.Context(), c.DB, c.People[role], c.Now(), c.Org)
		if fault.Is(err, fault.Forbidden) != fault.Is(err2, fault.Forbidden) || fault.Is(err, fault.Conflict) != (why != "") {
			t.Errorf("%s: the verb says %v, the screen %q, %v", role, err, why, err2)
		}
		return err
	}
	for _, role := range orgtest.Roles {
		if err := refresh(role); (err == nil) != c.People[role].Can(staff.OrgEdit) || err != nil && !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", role, err)
		}
	}
	refused(t, refresh("foreign operator"), fault.NotFound, "")
	k := c.Open()
	refused(t, refresh("operator"), fault.Conflict, "заявка на выпуск в работе")
	k.Approved().Prepare().Request().Issue()
	c.Exec(`UPDATE application SET status = 'done'`)
	refused(t, refresh("operator"), fault.Conflict, "есть выпущенные сертификаты")
	c.Exec(`UPDATE certificate SET revoked_at = ?`, c.Now())
	dump(c, "2026-11-15", func(f *orgtest.Firm) { f.Full, f.BranchKPP = "Общество «Роза»", "690143001" })
	c.Exec(`UPDATE organisation SET kpp = '690143001'`)
	refused(t, refresh("operator"), fault.Conflict, "недоступно для филиала")
	c.Exec(`UPDATE organisation SET kpp = '770101001'`)
	if r, err := issuance.Refresh(t.Context(), c.DB, c.By(), c.Now(), c.Org); err != nil || r.Fields() != "полное наименование" || card(c).FullName != "Общество «Роза»" {
		t.Errorf("%+v, %v", r, err)
	}
	c.Exec(`UPDATE organisation SET inn = '7700000016', ogrn = '1027739000005'`)
	refused(t, refresh("operator"), fault.Unavailable, "дополните вручную")
}

// F051–F054: a revocation asks the register again; where it differs, the card is
// overwritten whatever there is, five statuses fall, the others stay.
func TestRenewForRevocation(t *testing.T) {
	c, now := romashka(t)
	five := []issuance.Status{issuance.RegistryCheck, issuance.HeadSignature, issuance.HeadCheck, issuance.Review, issuance.Approved}
	ids := map[issuance.Status]int64{}
	for i, s := range append(five, issuance.Draft, issuance.Requested, issuance.Issued, issuance.Done, issuance.Withdrawn) {
		c.Owner = c.Person("Сидоров"+strings.Repeat("а", i), "Олег", "Иванович", false)
		k := c.Open()
		c.Exec(`UPDATE application SET status = ? WHERE id = ?`, s, k.ID)
		ids[s] = k.ID
	}
	status := func(s issuance.Status) *issuance.Case { return (&casetest.Case{Client: c, ID: ids[s]}).Load() }
	renew := func() *issuance.Rewriting {
		t.Helper()
		r, err := issuance.RenewForRevocation(t.Context(), c.DB, c.By(), now.at, c.Org)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := renew(); !r.Reached || r.Message != "" || r.Rejected != nil || status(issuance.Approved).Status != issuance.Approved {
		t.Errorf("nothing differs: %+v", r)
	}
	dump(c, "2026-11-15", func(f *orgtest.Firm) { f.Full, f.Short = "Общество «Роза»", "ООО «Роза»" })
	var first *issuance.Rewriting
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range 3 {
		wg.Go(func() {
			r, err := issuance.RenewForRevocation(t.Context(), c.DB, c.By(), now.at, c.Org)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			} else if len(r.Changes) > 0 && first != nil {
				t.Error("overwritten twice")
			} else if len(r.Changes) > 0 {
				first = r
			}
		})
	}
	wg.Wait()
	if first == nil || len(first.Rejected) != 5 || card(c).FullName != "Общество «Роза»" || card(c).ShortName != "ООО «Ромашка»" ||
		first.Message != "Данные Вашей организации в ЛКК были автоматически обновлены в соответствии с изменениями в Едином Государственном Реестре Юридических Лиц" {
		t.Fatalf("%+v", first)
	}
	for _, s := range five {
		if a := status(s); a.Status != issuance.Rejected || a.StatusReason == "" {
			t.Errorf("%s → %s %q", s, a.Status, a.StatusReason)
		}
	}
	for _, s := range []issuance.Status{issuance.Draft, issuance.Requested, issuance.Issued, issuance.Done, issuance.Withdrawn} {
		if a := status(s); a.Status != s {
			t.Errorf("%s → %s", s, a.Status)
		}
	}
	var letters, records int
	c.Tx(func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM notice WHERE key LIKE 'fallen:%'), (SELECT count(*) FROM audit_record WHERE action = 'application.fall')`).Scan(&letters, &records)
	})
	if letters != 5 || records != 5 {
		t.Errorf("%d letters, %d records in the journal", letters, records)
	}
	c.Exec(`UPDATE organisation SET inn = '7700000016', ogrn = '1027739000005'`)
	if r := renew(); r.Reached || r.Message != "" { // F054: the revocation goes on
		t.Errorf("unreached: %+v", r)
	}
	_, err := issuance.RenewForRevocation(t.Context(), c.DB, c.People["accountant"], now.at, c.Org)
	refused(t, err, fault.Forbidden, "")
	_, err = issuance.RenewForRevocation(t.Context(), c.DB, c.People["foreign operator"], now.at, c.Org)
	refused(t, err, fault.NotFound, "")
}

// F052 of an entrepreneur names the other register.
func TestSoleMessage(t *testing.T) {
	k, _ := desk(t)
	c := k.Client(orgtest.Kim)
	dump(c, "2026-11-15", func(f *orgtest.Firm) { f.Surname = "Ли" })
	r, err := issuance.RenewForRevocation(t.Context(), c.DB, c.By(), c.Now(), c.Org)
	if err != nil || !strings.HasSuffix(r.Message, "Едином Государственном Реестре Индивидуальных Предпринимателей") {
		t.Errorf("%+v, %v", r, err)
	}
}

// F034, F058, F059: the extract is set beside the papers, comes as a signed file,
// not on paper, and is not older than a month when the case is submitted.
func TestExtractIsHandedOver(t *testing.T) {
	c, now := romashka(t)
	k := c.Open()
	says(t, k, "extract", issuance.StepNow, "оператор", issuance.Upload, "сверьте её с бумажными документами")
	c.Drop(c.Firm, false) // its printout has no signature either
	k.Answer("positive")
	if a := k.Load(); a.Status != issuance.RegistryCheck || a.Extract.Fresh(now.at, c.Rules.ExtractAge) {
		t.Errorf("%s with an unsigned extract", a.Status)
	}
	c.Drop(c.Firm, true)
	k.Look()
	if a := k.Load(); a.Status != issuance.Approved {
		t.Errorf("%s with a signed one", a.Status)
	}
	now.forward(21 * 24 * time.Hour) // the extract is of the 10th, the case began on the 20th
	k.Look()
	says(t, k, "extract", issuance.StepStop, "оператор", issuance.Upload, "старше 30 дней")
	if a := k.Load(); a.Status != issuance.RegistryCheck {
		t.Errorf("%s with an old one", a.Status)
	}
}
