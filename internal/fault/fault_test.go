package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestFields(t *testing.T) {
	none := Fields{}
	if err := none.Err(); err != nil {
		t.Fatalf("nothing wrong gives %v", err)
	}
	one := Fields{}
	one.Add("inn", "ИНН: 10 или 12 цифр")
	one.Add("inn", "второе слово о том же поле")
	e := As(one.Err())
	if e == nil || e.Kind != Invalid || e.Text != "ИНН: 10 или 12 цифр" || len(e.Fields) != 1 {
		t.Errorf("one field: %+v", e)
	}
	one.Add("kpp", "КПП: 9 знаков")
	if e := As(one.Err()); e.Text != "Исправьте отмеченные поля." || fmt.Sprint(e.FieldNames()) != "[inn kpp]" {
		t.Errorf("two fields: %+v", e)
	}
}

func TestKindsTravel(t *testing.T) {
	cause := errors.New("socket closed")
	err := fmt.Errorf("ship: %w", Wrap(Unavailable, "1С не отвечает.", cause))
	if !Is(err, Unavailable) || Is(err, Conflict) || Is(nil, Invalid) || Is(cause, Invalid) {
		t.Error("kinds are mistaken")
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if !Is(Missing(), NotFound) {
		t.Error("Missing is not NotFound")
	}
}
