package static

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// Text needs 4.5:1 against what it stands on, the borders of controls and the
// focus ring 3:1 (WCAG 2.2, 1.4.3 and 1.4.11), in both themes.
func TestContrast(t *testing.T) {
	css, err := FS.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	themes := map[string][2]float64{}
	token := regexp.MustCompile(`--([a-z0-9-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)`)
	for _, m := range token.FindAllStringSubmatch(string(css), -1) {
		themes[m[1]] = [2]float64{luminance(t, m[2]), luminance(t, m[3])}
	}

	pairs := []struct {
		least float64
		text  []string
		on    []string
	}{
		{4.5, []string{"text", "text-2", "text-off"}, []string{"ground", "surface", "quiet", "sunk"}},
		{4.5, []string{"text", "text-2"}, []string{"accent-soft", "done-soft", "wait-soft", "stop-soft", "note-soft"}},
		{4.5, []string{"accent-text"}, []string{"ground", "surface", "quiet", "sunk", "accent-soft", "done-soft", "wait-soft", "stop-soft", "note-soft"}},
		{4.5, []string{"text"}, []string{"match"}},
		{4.5, []string{"on-accent"}, []string{"accent", "accent-hover"}},
		{4.5, []string{"on-danger"}, []string{"danger", "stop"}},
		{4.5, []string{"on-bar", "on-bar-2"}, []string{"bar", "bar-field"}},
		{4.5, []string{"bar"}, []string{"on-bar-2"}},
		{4.5, []string{"done"}, []string{"done-soft", "surface", "quiet", "accent-soft"}},
		{4.5, []string{"wait"}, []string{"wait-soft", "surface", "quiet", "accent-soft"}},
		{4.5, []string{"stop"}, []string{"stop-soft", "surface", "quiet", "ground"}},
		{4.5, []string{"note"}, []string{"note-soft", "surface"}},
		{4.5, []string{"idle"}, []string{"idle-soft", "surface"}},
		{3, []string{"line-control", "focus"}, []string{"surface", "ground"}},
	}
	for _, p := range pairs {
		for _, text := range p.text {
			for _, on := range p.on {
				for theme, name := range []string{"light", "dark"} {
					a, ok := themes[text]
					b, found := themes[on]
					if !ok || !found {
						t.Fatalf("tokens.css has no %s or no %s", text, on)
					}
					if got := ratio(a[theme], b[theme]); got < p.least {
						t.Errorf("%s: %s on %s is %.2f:1, needs %.1f:1", name, text, on, got, p.least)
					}
				}
			}
		}
	}
}

func ratio(a, b float64) float64 {
	return (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2 for a colour rrggbb.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
