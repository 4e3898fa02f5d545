"""Tests in real browsers, which share one Chromium in each process."""
