package main

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A listing ends when it is interrupted, and says that it is not whole.
func TestInterruptible(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	src := &fewExchanges{started: make([]time.Time, 5)}
	seen := 0
	for _, err := range interruptible(ctx, src.Exchanges()) {
		if seen++; seen == 3 {
			if !errors.Is(err, errInterrupted) {
				t.Error(err)
			}
			continue
		}
		if err != nil {
			t.Error(err)
		}
		if seen == 2 {
			interrupt()
		}
	}
	if seen != 3 {
		t.Errorf("%d of them", seen)
	}
}
