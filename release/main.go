package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

// platforms are those that a release is for, as GOOS/GOARCH.
var platforms = []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"}

func main() {
	only := flag.String("only", strings.Join(platforms, ","), "build for these `PLATFORMS`, as linux/amd64, with commas between")
	out := flag.String("o", "dist", "`FOLDER` to write to; what it has is removed")
	modified := flag.Bool("modified", false, "build also if something was changed after the commit")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./release [flags] [VERSION]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() > 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := publish(ctx, *out, flag.Arg(0), strings.Split(*only, ","), *modified)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}
