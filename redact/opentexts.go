package redact

import (
	"index/suffixarray"
	"strings"
)

// openTexts are what a payload says openly.
type openTexts struct {
	all      string
	searched int                // bytes of it that were searched through
	index    *suffixarray.Index // nil while that takes less time than making one
}

// maxSearched is how many bytes are searched through before there is an index: of a payload with
// 100,000 variables each value would be looked for in megabytes.
const maxSearched = 64 << 20

// has tells that a value stands in one of them.
func (o *openTexts) has(value string) bool {
	if o.index == nil {
		if o.searched += len(o.all); o.searched <= maxSearched {
			return strings.Contains(o.all, value)
		}
		o.index = suffixarray.New([]byte(o.all))
	}
	return len(o.index.Lookup([]byte(value), 1)) > 0
}
