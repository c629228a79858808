"""今日の仕事: wiring; may ask every app."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from komatsu_support.pages import allowed


@allowed("komatsu_support.view_home", methods=["GET", "HEAD"])
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")
