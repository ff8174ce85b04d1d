package decode

import (
	"fmt"

	"runnertape"
)

// maxFaults bounds what one message says of its faults.
const maxFaults = 20

// faults collects what could not be read.
type faults struct{ list []string }

func (f *faults) add(format string, args ...any) {
	switch {
	case len(f.list) < maxFaults:
		f.list = append(f.list, fmt.Sprintf(format, args...))
	case len(f.list) == maxFaults:
		f.list = append(f.list, "and more")
	}
}

// body reads a JSON body into the struct v points to, and tells whether it was
// an object. Empty is not a fault of its own: many requests have no body, and
// some never got to send it (runners 12.8 to 17.9 announce one and send none
// when they repeat a request after 429).
func (f *faults) body(side string, h runnertape.Header, body []byte, v any) bool {
	if len(body) == 0 {
		return false
	}
	inside := faults{}
	plain, err := Plain(h, body, MaxMessage)
	if err != nil {
		f.add("%s: %s", side, err)
	}
	if err := inside.object(plain, v); err != nil {
		f.add("%s: %s", side, err)
		return false
	}
	for _, fault := range inside.list {
		f.add("%s", fault)
	}
	return true
}
