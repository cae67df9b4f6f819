package config

import "os"

var floor []byte

// RaiseHeap lets the process fill 64 MB before it looks for garbage, unless GOGC
// is set. A console at work keeps a few MB and throws away a MB with each message
// or page: by Go's rule, collect when what is in use has doubled, it would collect
// a hundred times a second. The collector counts the floor as in use, but as
// nothing is ever written there it takes no memory itself: the process grows by
// its size at most, however much is in use. The floor's size is returned.
func RaiseHeap() int {
	if os.Getenv("GOGC") == "" && floor == nil {
		floor = make([]byte, 64<<20)
	}
	return len(floor)
}
