def hotlines(request):
    return {"hotlines": []}
