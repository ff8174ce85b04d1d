package contents

import (
	"fmt"
	"strings"
)

// maxText is the size, in bytes, of the longest name or sentence that is kept; longer ones end in "…".
const maxText = 1 << 10

// cut is s, or its beginning.
func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + "…"
}

// maxFaults bounds the sentences of one result.
const maxFaults = 20

// faults are what is wrong with a body.
type faults []string

func (f *faults) add(format string, args ...any) {
	if len(*f) < maxFaults {
		*f = append(*f, cut(fmt.Sprintf(format, args...)))
	}
}
