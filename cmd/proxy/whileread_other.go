//go:build !unix

package main

import (
	"context"
	"io"
)

// whileRead is ctx: that nobody reads any more is noticed when something is written.
func whileRead(ctx context.Context, _ io.Writer) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}
