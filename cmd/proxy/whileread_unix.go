//go:build unix

package main

import (
	"context"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// lookMS is how often, in milliseconds, whileRead sees whether it is needed any longer.
const lookMS = 200

// whileRead is ctx until whoever reads the pipe w has gone. Otherwise that is noticed when something is
// written, and `--follow | head -1` would wait for as long as nothing happens.
func whileRead(ctx context.Context, w io.Writer) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	f, ok := w.(*os.File)
	if !ok {
		return ctx, cancel
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return ctx, cancel
	}
	pipe := []unix.PollFd{{Fd: int32(f.Fd())}} // no events: the end of the reader is always told
	go func() {                                // ends with ctx
		for ctx.Err() == nil {
			if n, err := unix.Poll(pipe, lookMS); err != nil && err != unix.EINTR || n > 0 {
				cancel()
			}
		}
	}()
	return ctx, cancel
}
