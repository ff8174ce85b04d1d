package usage

import (
	"fmt"
	"io"
)

// errWriter writes until the first error, and keeps that.
type errWriter struct {
	w   io.Writer
	err error
}

func (e *errWriter) f(format string, args ...any) {
	if e.err == nil {
		_, e.err = fmt.Fprintf(e.w, format, args...)
	}
}
