package org_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
	"signdesk/internal/staff"
)

// changes makes Ромашка's record change in every way that matters, and Василёк's,
// who is no client.
func (k *desk) changes() {
	k.Helper()
	f := orgtest.Romashka
	for _, c := range []struct {
		day    string
		change func()
	}{
		{"2026-11-11", func() { f.Surname = "Сидоров" }},
		{"2026-11-12", func() {
			f.Short, f.Full = "ООО «Роза»", "Общество с ограниченной ответственностью «Роза»"
		}},
		{"2026-11-13", func() { f.BadAddress = true }},
		{"2026-11-14", func() { f.House = "5" }}, // history only
		{"2026-11-15", func() { f.Status = "Находится в стадии ликвидации" }},
	} {
		c.change()
		f.Extracted = c.day
		orgtest.Register(k, k.db, f)
	}
	v := orgtest.Vasilek
	v.Surname, v.Extracted = "Орлова", "2026-11-15"
	orgtest.Register(k, k.db, v)
	k.follow()
}

func (k *desk) follow() {
	k.Helper()
	for _, who := range []string{"operator", "foreign operator"} {
		if err := org.Follow(k.Context(), k.db, now, k.people[who].PartnerID); err != nil {
			k.Fatal(err)
		}
	}
}

func (k *desk) tasks(who string, f org.TaskFilter) ([]org.Task, map[org.TaskKind]int) {
	k.Helper()
	f.Limit = 100
	list, counts, err := org.Tasks(k.Context(), k.db, k.people[who], f)
	if err != nil {
		k.Fatal(err)
	}
	return list, counts
}

func kinds(list []org.Task) string {
	var words []string
	for _, t := range list {
		words = append(words, string(t.Kind))
	}
	return strings.Join(words, " ")
}

// Own clients whose register data changed come onto the list, each change once,
// the newest first; what changed before it was a client is none of it.
func TestFollow(t *testing.T) {
	k := newDesk(t)
	k.changes()
	list, counts := k.tasks("operator", org.TaskFilter{})
	if got := kinds(list); got != "liquidation unreliable renamed head" || len(counts) != 4 {
		t.Fatalf("%s, %v", got, counts)
	}
	if h := list[3]; !strings.Contains(strings.ToUpper(h.Before), "ПЕТРОВ") || !strings.Contains(strings.ToUpper(h.After), "СИДОРОВ") || h.OrgName != "ООО «Ромашка»" || h.Made.Format(time.DateOnly) != "2026-11-11" {
		t.Errorf("%+v", h)
	}
	if n, since, err := org.TasksWaiting(t.Context(), k.db, k.by); err != nil || n != 4 || !since.Equal(now) {
		t.Errorf("%d since %s, %v", n, since, err)
	}
	if list, _ := k.tasks("operator", org.TaskFilter{Kind: org.TaskHead}); kinds(list) != "head" {
		t.Errorf("by kind: %s", kinds(list))
	}
	if list, _ := k.tasks("foreign operator", org.TaskFilter{}); len(list) != 0 {
		t.Errorf("another partner sees %s", kinds(list))
	}
	foreign := k.people["foreign operator"]
	if _, err := org.Add(t.Context(), k.db, foreign, time.Now().Add(time.Hour), orgtest.Romashka.OGRN); err != nil {
		t.Fatal(err)
	}
	if err := k.db.Tx(t.Context(), foreign.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `UPDATE register_follow SET seen = 0`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	k.follow()
	if list, _ := k.tasks("foreign operator", org.TaskFilter{}); len(list) != 0 {
		t.Errorf("a client made of the newest record has %s", kinds(list))
	}
	if err := org.Delete(t.Context(), k.db, k.by, now, k.id); err != nil {
		t.Fatal(err)
	}
	if list, counts := k.tasks("operator", org.TaskFilter{}); len(list)+len(counts) != 0 {
		t.Errorf("a deleted client: %s", kinds(list))
	}
}

// Killed between the lines and the place reached, run twice at once, read from
// the beginning again: none is lost, none is there twice.
func TestFollowOnce(t *testing.T) {
	k := newDesk(t)
	k.changes()
	killed := errors.New("killed")
	for i := range 12 {
		for _, table := range []string{"register_task", "register_follow"} {
			k.tx(func(ctx context.Context, tx bun.IDB) error {
				_, err := tx.ExecContext(ctx, "DELETE FROM "+table)
				return err
			})
		}
		err := k.db.Tx(t.Context(), k.by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
			if _, err := org.FollowStep(ctx, tx, now, k.by.PartnerID, i%6+1); err != nil {
				return err
			}
			return killed // before the commit
		})
		if !errors.Is(err, killed) {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if err := org.Follow(t.Context(), k.db, now, k.by.PartnerID); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if i == 11 { // the place is forgotten, the lines are not
			k.tx(func(ctx context.Context, tx bun.IDB) error {
				_, err := tx.ExecContext(ctx, "UPDATE register_follow SET seen = 0")
				return err
			})
			k.follow()
		}
		if list, _ := k.tasks("operator", org.TaskFilter{}); kinds(list) != "liquidation unreliable renamed head" {
			t.Fatalf("round %d: %s", i, kinds(list))
		}
	}
}

// «Взять в карточку» overwrites the card and clears the client's list; «не важно»
// wants a reason; whoever comes second is told who was first.
func TestDecideTask(t *testing.T) {
	k := newDesk(t)
	k.changes()
	list, _ := k.tasks("operator", org.TaskFilter{})
	doubt := list[1].ID
	for _, reason := range []string{"", "ну", strings.Repeat("я", 501)} {
		if err := org.DismissTask(t.Context(), k.db, k.by, now, doubt, reason); kindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", reason, err)
		}
	}
	for _, role := range append(orgtest.Roles, "foreign operator") {
		by := k.people[role]
		_, _, seen := org.Tasks(t.Context(), k.db, by, org.TaskFilter{Limit: 1})
		dismissed := org.DismissTask(t.Context(), k.db, by, now, 0, "адрес подтверждён письмом")
		_, taken := k.takeTask(by, 0)
		for verb, c := range map[string]struct {
			err error
			may bool
		}{"see": {seen, by.Can(staff.RegisterChanges)}, "dismiss": {dismissed, by.Can(staff.RegisterChanges)}, "take": {taken, by.Can(staff.RegisterChanges) && by.Can(staff.OrgEdit)}} {
			if (kindOf(c.err) == fault.Forbidden) == c.may {
				t.Errorf("%s by %s: %v", verb, role, c.err)
			}
		}
	}
	if err := org.DismissTask(t.Context(), k.db, k.people["foreign operator"], now, doubt, "не наше"); kindOf(err) != fault.NotFound {
		t.Errorf("another partner's: %v", err)
	}
	won := make(chan string, 4)
	var wg sync.WaitGroup
	for _, role := range []string{"operator", "supervisor", "operator", "supervisor"} {
		wg.Go(func() {
			err := org.DismissTask(t.Context(), k.db, k.people[role], now, doubt, "адрес подтверждён письмом")
			switch {
			case err == nil:
				won <- role
			case kindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "уже отмечено неважным: "):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Fatalf("%d have dismissed it", len(won))
	}
	r, err := k.takeTask(k.by, list[3].ID)
	if err != nil || !strings.Contains(r.Fields(), "краткое наименование") || k.card().ShortName != "ООО «Роза»" || k.card().Head().Surname != "Сидоров" {
		t.Errorf("%+v, %v", r, err)
	}
	if list, counts := k.tasks("operator", org.TaskFilter{}); len(list)+len(counts) != 0 {
		t.Errorf("still waiting: %s", kinds(list))
	}
	decided, _ := k.tasks("supervisor", org.TaskFilter{Decided: true})
	var words []string
	for _, d := range decided {
		words = append(words, fmt.Sprintf("%s %s %s", d.Kind, d.DecisionRU(), d.Reason))
	}
	if len(decided) != 4 || !strings.HasPrefix(words[0], "liquidation взято в карточку: Иванова") || !strings.Contains(words[1], "отмечено неважным") || !strings.Contains(words[1], "письмом") {
		t.Errorf("%q", words)
	}
	if _, err := k.takeTask(k.by, list[3].ID); kindOf(err) != fault.Conflict {
		t.Errorf("taken twice: %v", err)
	}
}

func (k *desk) takeTask(by *staff.Employee, id int64) (r *org.Renewal, err error) {
	err = k.db.Tx(k.Context(), by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		r, err = org.TakeTask(ctx, tx, by, now, id)
		return err
	})
	return r, err
}

// An overwriting by a case or a refresh settles what waits; the program decides then.
func TestRenewSettlesTasks(t *testing.T) {
	k := newDesk(t)
	k.changes()
	k.renew(k.id)
	decided, _ := k.tasks("operator", org.TaskFilter{Decided: true})
	// the renaming waits: the short name stays on the card until a person takes it
	if waiting, _ := k.tasks("operator", org.TaskFilter{}); kinds(waiting) != "renamed" || kinds(decided) != "liquidation unreliable head" || decided[0].DecisionRU() != "взято в карточку: обновление карточки из реестра" {
		t.Errorf("%s waits, %s decided", kinds(waiting), kinds(decided))
	}
}

// The history of the register's record: of a client by who may see it, of anyone
// in the register too; nothing when nothing has changed.
func TestRegisterHistory(t *testing.T) {
	k := newDesk(t)
	if list, err := org.RegisterHistory(t.Context(), k.db, k.by, k.id); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	k.changes()
	list, err := org.RegisterHistory(t.Context(), k.db, k.by, k.id)
	if err != nil || len(list) != 5 || list[0].Made != "2026-11-15" || list[0].What[0].Before != "действует" || list[4].Made != "2026-11-11" {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := org.RecordHistory(t.Context(), k.db, k.people["foreign operator"], orgtest.Vasilek.OGRN); err != nil || len(list) != 1 {
		t.Errorf("of no client: %+v, %v", list, err)
	}
	if list, err := org.RegisterHistory(t.Context(), k.db, k.people["auditor"], k.id); err != nil || list[4].OGRN != "" || strings.Contains(strings.ToUpper(fmt.Sprint(list)), "СИДОРОВ") {
		t.Errorf("masked: %+v, %v", list, err)
	}
	if _, err := org.RegisterHistory(t.Context(), k.db, k.people["foreign operator"], k.id); kindOf(err) != fault.NotFound {
		t.Errorf("another partner's: %v", err)
	}
	if _, err := org.RecordHistory(t.Context(), k.db, &staff.Employee{}, orgtest.Vasilek.OGRN); kindOf(err) != fault.Forbidden {
		t.Errorf("without a right: %v", err)
	}
}
