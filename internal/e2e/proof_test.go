package e2e

import "testing"

// proveExchange lets programs that are not ours judge what went to SMEV.
func (n *nine) proveExchange(t *testing.T) {
	list, seen := n.d.sent(t)
	t.Logf("messages to SMEV: %v", seen)
	for operation, atLeast := range map[string]int{"SendRequest": 3, "GetResponse": 3, "Ack": 3} {
		if seen[operation] < atLeast {
			t.Errorf("%d %s, want at least %d", seen[operation], operation, atLeast)
		}
	}
	t.Run("schema", func(t *testing.T) {
		for _, m := range list {
			checkEnvelope(t, string(m.Request))
		}
	})
	t.Run("signatures", func(t *testing.T) {
		for _, m := range list {
			checkSignature(t, string(m.Request))
		}
	})
	t.Run("verdicts", func(t *testing.T) {
		for _, m := range list {
			checkVerdict(t, m.Request)
			checkVerdict(t, m.Response)
		}
	})
}
