package org

import "testing"

func TestRoomText(t *testing.T) {
	for in, want := range map[string]string{"12": "оф. 12", "кв5, комната 2": "кв. 5, ком. 2", "Офис 12а": "оф. 12а", "пом. IV ком. 2": "помещ. IV, ком. 2", "А-12": "А-12", "": "", "кв": "кв"} {
		if got := roomText(in, false); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	if got := roomText("7", true); got != "кв. 7" {
		t.Error(got)
	}
}
