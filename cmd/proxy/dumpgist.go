package main

import (
	"fmt"

	"runnertape"
)

// gist is what x means, and how it failed if it did.
func gist(x *runnertape.Exchange, d *runnertape.Decoded) string {
	text := d.Gist
	switch {
	case x.State != runnertape.Done:
		text = "not ended, as far as was recorded"
	case x.Response != nil && x.Response.Ours:
		text = "upstream could not be reached: " + failureText(x)
	case x.Failure != nil:
		text += " [" + breakText(x.Failure) + "]"
	}
	return text
}

// breakText is who broke an exchange off, where, and how that showed.
func breakText(f *runnertape.Failure) string {
	who := "upstream"
	if f.Side == runnertape.RequestSide {
		who = "client"
	}
	return fmt.Sprintf("broken off by the %s after %d bytes: %s", who, f.Byte, f.Text)
}

func failureText(x *runnertape.Exchange) string {
	if x.Failure == nil {
		return ""
	}
	return x.Failure.Text
}

// gistColour makes what failed stand out.
func gistColour(x *runnertape.Exchange) string {
	switch {
	case x.State != runnertape.Done:
		return dim
	case failed(x):
		return red
	}
	return ""
}
